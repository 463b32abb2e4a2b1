/** Who handles a trap: M-mode, HS-mode by delegation, or by further delegation the guest that it came from (Privileged, "Trap Entry" of the hypervisor extension). */
import { Csr } from './fields';
import { M, type HandlerMode } from './privilege';
import type { HartState } from './state';

/** The mode that a trap taken in `hart`'s present mode goes to. Traps never go to a lower privilege than they come from. */
export function handlerOf(hart: HartState, cause: number, interrupt: boolean): HandlerMode {
  const isSet = (register: number): boolean => ((hart.low(register) >>> cause) & 1) === 1;
  if (hart.privilege === M || !isSet(interrupt ? Csr.mideleg : Csr.medeleg)) return 'M';
  return hart.inGuest && isSet(interrupt ? Csr.hideleg : Csr.hedeleg) ? 'VS' : 'S';
}
