/** Explains an exception or interrupt by the manual's name: who raises it, what xtval holds, what a hypervisor makes of it. */
import { causeName, Exception, Interrupt } from '#machine';
import type { Explanation } from './explanation';

interface Cause {
  readonly code: number;
  readonly interrupt: boolean;
}

const CAUSES: readonly Cause[] = [
  ...Object.values(Exception).map((code) => ({ code, interrupt: false })),
  ...Object.values(Interrupt).map((code) => ({ code, interrupt: true })),
];

const nameOf = ({ code, interrupt }: Cause): string => causeName(code, interrupt);

export const trapNames: readonly string[] = CAUSES.map(nameOf);

/** `load page fault`, in the manual's words, of any case; undefined if there is none of that name. */
export function explainTrap(name: string): Explanation | undefined {
  const cause = CAUSES.find((one) => nameOf(one).toLowerCase() === name.toLowerCase());
  if (!cause) return undefined;
  const { code, interrupt } = cause;
  const value = (interrupt ? 1n << 63n : 0n) | BigInt(code);
  return {
    kind: 'trap',
    title: nameOf(cause),
    about: interrupt ? interruptText(name) : EXCEPTIONS[code],
    facts: [
      ['cause', `${code}, scause = 0x${value.toString(16)}`],
      ...(interrupt ? [] : [['stval holds', TVAL[code] ?? 'the address of the access'] as const]),
    ],
    fields: [],
    section: 'Machine Cause Register; Hypervisor Cause Register',
  };
}

const interruptText = (name: string): string =>
  name.includes('virtual')
    ? 'For VS-mode, if hideleg has its bit; a hypervisor raises it with hvip, and the guest sees it as its own one lower.'
    : 'Taken before the next instruction if it is enabled and not below the mode that runs; a guest’s own is injected by its hypervisor.';

const GUEST_PAGE =
  'The guest’s own table allows it and the G-stage does not: for the hypervisor, which gives memory or emulates a device.';
const PAGE =
  'The page table has no valid entry for the address, or one that forbids the access. Under shadow paging the hypervisor asks the guest’s own table whose fault it is.';
const ACCESS = 'Nothing answers at the physical address, or physical memory protection forbids it.';
const CALL = (who: string, to: string): string => `An ecall of ${who}: ${to}.`;

const EXCEPTIONS: Readonly<Record<number, string>> = {
  0: 'A jump to an address that no instruction can have. With compressed instructions, bit 0 is cleared first, so that it cannot happen.',
  1: ACCESS,
  2: 'The bits are no instruction, or one that this mode may not execute. Where a kernel runs in U-mode, each of its privileged instructions arrives so.',
  3: 'An ebreak.',
  4: 'A load from an address that is not a multiple of its width, where that is not supported.',
  5: ACCESS,
  6: 'A store or AMO to an address that is not a multiple of its width, where that is not supported; for an AMO, always.',
  7: ACCESS,
  8: CALL(
    'U-mode',
    'a system call; under trap-and-emulate also the guest kernel’s firmware call, as that kernel runs in U-mode',
  ),
  9: CALL('S-mode', 'a firmware call'),
  10: CALL('VS-mode', 'a guest’s firmware call, for the hypervisor'),
  11: CALL('M-mode', 'cannot be delegated'),
  12: PAGE,
  13: PAGE,
  15: PAGE,
  20: GUEST_PAGE,
  21: GUEST_PAGE,
  22: 'An instruction that HS-mode may execute, tried in VS- or VU-mode: for the hypervisor, which completes it.',
  23: GUEST_PAGE,
};

const TVAL: Readonly<Record<number, string>> = {
  2: 'the bits of the instruction',
  3: 'the address of the ebreak',
  8: '0',
  9: '0',
  10: '0',
  11: '0',
  20: 'the guest-virtual address; htval the guest-physical one / 4',
  21: 'the guest-virtual address; htval the guest-physical one / 4',
  22: 'the bits of the instruction',
  23: 'the guest-virtual address; htval the guest-physical one / 4',
};
