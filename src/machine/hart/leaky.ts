/** What the sensitive instructions of RV64-leaky do in U-mode instead of raising an exception (isa/leaky.ts, docs/leaky.md). */
import { LEAKY_CSRS, type LEAKY_ACTIONS } from '../isa/leaky';
import type { Instruction } from '../isa/row';
import type { CsrRow } from './csr-row';
import { Csr } from './fields';
import type { Hart } from './hart';
import { U } from './privilege';
import type { HartState } from './state';

type Action = (hart: Hart, instruction: Instruction) => void;

const USER_VERSIONS: Readonly<Record<(typeof LEAKY_ACTIONS)[number], Action>> = {
  // A return within U-mode: mode, SIE, SPIE and SPP stay. IRET of the 80386 is so when the privilege does not change.
  sret: (hart) => {
    hart.pcFrom(Csr.sepc);
    hart.mode = 'U'; // as every xRET sets a mode: the reservation of an LR ends, and executors look pc up again
  },
  // Nothing is fenced.
  'sfence.vma': (hart, { length }) => hart.advance(length),
};

/** A guest's user mode (VU) leaks nothing: this is a machine for hypervisors without the hypervisor extension. */
const isLeaky = ({ privilege, inGuest, isa }: HartState): boolean => privilege === U && !inGuest && isa.has('Xleaky');

/** `actions` with those that leak replaced by what does the one or the other, as the hart and its mode are. */
export function withLeaks<Actions extends Readonly<Record<string, Action | undefined>>>(actions: Actions): Actions {
  const leaking = Object.entries(USER_VERSIONS).map(([name, inUser]): [string, Action] => [
    name,
    (hart, instruction) => (isLeaky(hart) ? inUser : actions[name])?.(hart, instruction),
  ]);
  return { ...actions, ...Object.fromEntries(leaking) };
}

/** The CSR as U-mode reaches it although its number says that it may not; undefined if the hart does not leak it. */
export function leakyCsr(hart: HartState, row: CsrRow): CsrRow | undefined {
  return isLeaky(hart) && LEAKY_CSRS.includes(row.number) ? { ...row, write: () => {} } : undefined;
}
