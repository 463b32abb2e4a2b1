/** SBI steal-time accounting "STA": where a guest reads how long its hart had to wait for the processor. SBI ch. 16. */
import { failure, notSupported, SbiError, success, type SbiExtension } from './extension';
import { STEAL_BYTES } from './stolen-time';

const ALL_ONES = 2n ** 64n - 1n;

export const sta: SbiExtension = {
  id: 0x535441n,
  name: 'steal time',
  call: (vm, vcpu, fn, [low, high, flags]) => {
    if (fn !== 0n) return notSupported;
    const { stolen } = vm.firmware[vcpu.id];
    if (low === ALL_ONES && high === ALL_ONES) {
      stolen.tellAt(undefined);
      return success();
    }
    if (flags !== 0n || low % BigInt(STEAL_BYTES) !== 0n) return failure(SbiError.INVALID_PARAM);
    if (high !== 0n || vm.memory.slots.pieces(low, STEAL_BYTES) === undefined) return failure(SbiError.INVALID_ADDRESS);
    stolen.tellAt(low);
    return success();
  },
};
