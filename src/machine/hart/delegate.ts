/** Who handles a trap: M-mode, or S-mode by delegation (Privileged, "Machine Trap Delegation Registers"). */
import { M, S, type Privilege } from './privilege';

/**
 * The privilege that a trap goes to. `from`: where it happened; `delegation`: medeleg for an exception, mideleg for an
 * interrupt (low 32 bits). Traps never go to a lower privilege than they come from.
 */
export const handlerOf = (cause: number, from: Privilege, delegation: number): typeof M | typeof S =>
  from !== M && ((delegation >>> cause) & 1) === 1 ? S : M;
