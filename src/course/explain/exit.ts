/** Explains the kinds of VM exits: what stopped the guest, and what the hypervisor does about it. */
import type { ExitKind } from '#vmm';
import type { Explanation } from './explanation';

interface ExitText {
  readonly about: string;
  readonly raised: string;
  readonly handled: string;
  /** Slug of the lesson that has it for its subject. */
  readonly lesson: string;
}

const EXITS: Readonly<Record<ExitKind, ExitText>> = {
  budget: {
    about: 'The slice of instructions that the run loop granted is used up. Nothing is wrong.',
    raised: 'the timer of the host machine',
    handled: 'the run loop lets the next VCPU run',
    lesson: 'event-handler',
  },
  ecall: {
    about:
      'The guest’s kernel calls its firmware (SBI): a7 names the extension, a6 the function, a0 to a5 are arguments.',
    raised: 'ecall from the virtual S-mode',
    handled: 'src/vmm/sbi; a0 and a1 get error and value, and the guest goes on behind the ecall',
    lesson: 'event-handler',
  },
  privileged: {
    about:
      'The guest’s kernel executed an instruction that its real mode may not: it runs in U-mode, or the hypervisor closed it to VS-mode.',
    raised: 'an illegal-instruction or virtual-instruction exception',
    handled: 'done on the guest’s virtual registers, then the guest goes on behind it',
    lesson: 'trap-and-emulate',
  },
  reflected: {
    about: 'A trap that is the guest’s own: its user’s system call, its own page fault, an interrupt for it.',
    raised: 'the trap, after the hypervisor had asked whose it is',
    handled: 'delivered: sepc, scause, stval and sstatus of the guest are set, and it goes on at its stvec',
    lesson: 'reflecting-traps',
  },
  'shadow-miss': {
    about: 'A hidden fault: the guest’s table allows the access, the shadow table does not have it yet.',
    raised: 'a page fault, after a walk of the guest’s table had found the page',
    handled: 'the shadow table gets the entry, and the guest executes the same instruction again',
    lesson: 'shadow-paging',
  },
  'g-stage-miss': {
    about: 'A hidden fault: the guest may use this part of its memory, the G-stage table does not have it yet.',
    raised: 'a guest-page fault',
    handled: 'the G-stage table gets the entry, and the guest executes the same instruction again',
    lesson: 'two-stage-paging',
  },
  mmio: {
    about: 'A load or store at a guest-physical address that a device of this VM claims.',
    raised: 'a page fault or guest-page fault where there is no memory',
    handled: 'the device answers, the register is written, and the guest goes on behind the instruction',
    lesson: 'emulated-devices',
  },
  unmapped: {
    about: 'An access to guest-physical space where this VM has nothing.',
    raised: 'a page fault or guest-page fault where there is neither memory nor a device',
    handled: 'the guest gets the access fault that bare metal gives',
    lesson: 'guest-memory',
  },
};

export const exitKinds = Object.keys(EXITS) as ExitKind[];

/** The kind of exit of that name, as `hv trace --only` takes it; undefined if there is none. */
export function explainExit(name: string): Explanation | undefined {
  const kind = exitKinds.find((one) => one === name);
  if (kind === undefined) return undefined;
  const { about, raised, handled, lesson } = EXITS[kind];
  return {
    kind: 'exit',
    title: kind,
    about,
    facts: [
      ['raised by', raised],
      ['handled', handled],
      ['see it', `hv trace GUEST --only ${kind}`],
    ],
    fields: [],
    section: `the course, lesson ${lesson}`,
  };
}
