/** Lesson 04: whose trap it is, where it goes and what it leaves in sstatus. Privileged, "stvec", "sstatus", "scause". */
import type { Random } from '../random';
import type { Choice } from '../question';
import { realMistakes, type Draft } from './draft';

const SPP = 1 << 8;
const SPIE = 1 << 5;
const SIE = 1 << 1;

const EXCEPTIONS = [
  { code: 2, name: 'an illegal instruction' },
  { code: 8, name: "its user program's ecall" },
  { code: 12, name: 'an instruction page fault' },
  { code: 13, name: 'a load page fault' },
  { code: 15, name: 'a store page fault' },
] as const;
const INTERRUPTS = [
  { code: 1, name: 'a supervisor software interrupt' },
  { code: 5, name: 'a supervisor timer interrupt' },
  { code: 9, name: 'a supervisor external interrupt' },
] as const;

/** Direct or vectored, exception or interrupt: where does the guest continue? */
export function trapTarget(random: Random): Draft {
  const base = 0x8020_0000 + random.int(1, 0xff) * 0x100;
  const vectored = random.int(0, 3) > 0;
  const interrupt = random.int(0, 2) > 0;
  const trap = interrupt ? random.pick(INTERRUPTS) : random.pick(EXCEPTIONS);
  const answer = vectored && interrupt ? base + 4 * trap.code : base;
  const hex = (value: number): string => `0x${value.toString(16)}`;
  return {
    kind: 'number',
    ask: `A guest has written ${hex(base + (vectored ? 1 : 0))} to \`stvec\`. Now ${trap.name} (code ${trap.code}) is delivered to it. At which address does its kernel continue?`,
    answer,
    within: 0,
    hex: true,
    why: vectoredReason(vectored, interrupt, trap.code, base),
    mistakes: realMistakes(answer, [
      {
        answer: base + (vectored ? 1 : 0),
        why: 'The two lowest bits of `stvec` are its MODE, not part of the address: BASE is what is left when they are cleared.',
      },
      {
        answer: base + 1 + 4 * trap.code,
        why: 'Right offset, but the two lowest bits are the MODE: clear them before adding.',
      },
      { answer: base, why: 'MODE is 1, vectored, and this is an interrupt: each interrupt has its own entry.' },
      {
        answer: base + 4 * trap.code,
        why: interrupt
          ? 'MODE is 0, direct: everything enters at BASE.'
          : 'Only interrupts are vectored. An exception enters at BASE in both modes.',
      },
      { answer: base + trap.code, why: 'An entry is one instruction of four bytes: the offset is 4 times the code.' },
    ]),
  };
}

function vectoredReason(vectored: boolean, interrupt: boolean, code: number, base: number): string {
  const address = `0x${base.toString(16)}`;
  if (!vectored) return `MODE (bits 1..0) is 0, direct: every trap enters at BASE, ${address}.`;
  if (!interrupt) return `MODE is 1, vectored, but exceptions enter at BASE all the same: ${address}.`;
  return `MODE is 1, vectored, and this is an interrupt: BASE + 4 x ${code} = 0x${(base + 4 * code).toString(16)}.`;
}

/** The interrupt stack of sstatus, pushed. */
export function statusAfterTrap(random: Random): Draft {
  const sie = random.int(0, 1);
  const before = random.int(0, 1) * SPP + random.int(0, 1) * SPIE + sie * SIE;
  const fromKernel = random.int(0, 1);
  const after = fromKernel * SPP + sie * SPIE;
  return {
    kind: 'number',
    ask: `Bits of \`sstatus\`: SIE is bit 1, SPIE bit 5, SPP bit 8. A guest's virtual \`sstatus\` is 0x${before.toString(16)} (all other bits 0) and it believes that it is in ${fromKernel ? 'S' : 'U'}-mode. You deliver a page fault. What is the virtual \`sstatus\` then?`,
    answer: after,
    within: 0,
    hex: true,
    why: `SPP remembers the mode the guest was in (${fromKernel ? 'S: 1' : 'U: 0'}), SPIE remembers SIE (${sie}), SIE becomes 0.`,
    mistakes: realMistakes(after, [
      {
        answer: after + sie * SIE,
        why: 'SIE stays set in this answer. A handler must not be interrupted before it has saved anything: hardware clears SIE.',
      },
      {
        answer: sie * SPIE,
        why: "SPP is missing: it takes the guest's own mode, and the guest believes that it was in S.",
      },
      {
        answer: SPP + sie * SPIE,
        why: "SPP is too much: the guest's user program was running, so its kernel must return to U.",
      },
      {
        answer: before & ~SIE,
        why: 'Clearing SIE is not enough: SPIE takes the old SIE, and SPP takes the mode, whatever they held before.',
      },
      { answer: before, why: 'Delivering a trap is more than moving the pc: SPP, SPIE and SIE all change.' },
    ]),
  };
}

interface Situation {
  readonly story: string;
  readonly owner: 'guest' | 'vmm';
  readonly reason: string;
}

const SITUATIONS: readonly Situation[] = [
  {
    story: 'The guest believes that it is in U-mode. `scause` is 8, environment call from U-mode.',
    owner: 'guest',
    reason: "The guest's user program called the guest's kernel. The kernel expects cause 8 at its `stvec`.",
  },
  {
    story: 'The guest believes that it is in S-mode. `scause` is 8, environment call from U-mode.',
    owner: 'vmm',
    reason:
      "The guest's kernel called its firmware, which is you. The cause says U because the *real* hart is in U-mode.",
  },
  {
    story: 'The guest believes that it is in S-mode. `scause` is 2, and `stval` holds `csrr a0, sstatus`.',
    owner: 'vmm',
    reason:
      'In S-mode the instruction is legal. It trapped only because the real hart is in U-mode: emulate it, the guest must not notice.',
  },
  {
    story: 'The guest believes that it is in S-mode. `scause` is 3, breakpoint: it executed `ebreak`.',
    owner: 'guest',
    reason:
      'Bare metal would have raised it, too, and what it means is known to the kernel alone. You have nothing to emulate.',
  },
  {
    story: "`scause` is 13, load page fault. The walk of the guest's own table ends at a leaf that permits the load.",
    owner: 'vmm',
    reason:
      "The guest's table allows it, so bare metal would have gone on. The fault is hidden: your shadow lacks the entry.",
  },
  {
    story: "`scause` is 13, load page fault. The walk of the guest's own table ends at an entry with V = 0.",
    owner: 'guest',
    reason: 'Bare metal would have faulted, too. This is a true fault: the guest is told, with the address in `stval`.',
  },
];

/** Guest or hypervisor? */
export function whoseTrap(random: Random): Draft {
  const situation = random.pick(SITUATIONS);
  const choice = (owner: Situation['owner'], text: string): Choice => ({
    text,
    right: situation.owner === owner,
    why: situation.owner === owner ? '' : situation.reason,
  });
  return {
    kind: 'choose',
    ask: `A trap has arrived while a guest ran under trap-and-emulate. ${situation.story} Who has to handle it?`,
    why: situation.reason,
    choices: [
      choice('guest', "the guest's kernel: deliver it"),
      choice('vmm', 'the hypervisor: the guest must not notice'),
    ],
  };
}
