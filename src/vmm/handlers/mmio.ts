/** Exit 'mmio': a load or store that a device of this VM answers instead of RAM. */
import { ACCESS_FAULT } from '#machine';
import type { Vm } from '../vm';
import type { ExitHandler } from './index';

export const onMmio: ExitHandler<'mmio'> = (vm, vcpu, exit) => {
  const { gpa, gva, access, width, register } = exit;
  const address = Number(gpa); // exact: exits of this kind lie inside a device, and devices lie below 2^53
  const done =
    access === 'load' ? load(vm, address, exit) : vm.bus.store(address, width, truncated(vcpu.x.get(register), width));
  if (done === undefined || done === false) {
    // The device takes no access of this width: on real hardware, a bus error.
    vcpu.inject({ cause: ACCESS_FAULT[access], interrupt: false, tval: gva });
    return 'redirected';
  }
  if (typeof done === 'bigint') vcpu.x.set(register, done);
  return 'advance';
};

/** What the load puts into its register: zero- or sign-extended to 64 bits. */
function load(
  vm: Vm,
  address: number,
  { width, signed }: { width: 1 | 2 | 4 | 8; signed: boolean },
): bigint | undefined {
  const value = vm.bus.load(address, width);
  if (value === undefined || !signed) return value;
  return BigInt.asUintN(64, BigInt.asIntN(8 * width, value));
}

const truncated = (value: bigint, width: number): bigint => BigInt.asUintN(8 * width, value);
