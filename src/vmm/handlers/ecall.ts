/** Exit 'ecall': the guest's kernel calls its firmware, which is us (SBI, ch. 3 "Binary Encoding"). */
import { sbiCall } from '../sbi';
import type { ExitHandler } from './index';

const A0 = 10;
const A1 = 11;

export const onEcall: ExitHandler<'ecall'> = (vm, vcpu, exit) => {
  const outcome = sbiCall(vm, vcpu, exit);
  // All registers but a0 and a1 are preserved; legacy calls return nothing in a1.
  if (outcome.a0 !== undefined) vcpu.x.set(A0, BigInt.asUintN(64, outcome.a0));
  if (outcome.a1 !== undefined) vcpu.x.set(A1, BigInt.asUintN(64, outcome.a1));
  return outcome.next;
};
