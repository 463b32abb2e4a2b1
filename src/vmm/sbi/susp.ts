/** SBI system suspend "SUSP": the whole guest sleeps until an interrupt wakes its hart. SBI ch. 13. */
import { failure, notSupported, SbiError, type SbiExtension } from './extension';

const SUSPEND_TO_RAM = 0n;
/** Sleep types from here on are the platform's, and we have none; between these and suspend to RAM all are reserved. */
const PLATFORM = 0x8000_0000n;

export const susp: SbiExtension = {
  id: 0x53555350n,
  name: 'system suspend',
  call: (vm, vcpu, fn, [sleepType, address, opaque]) => {
    if (fn !== 0n) return notSupported;
    const type = BigInt.asUintN(32, sleepType);
    if (type !== SUSPEND_TO_RAM) return type >= PLATFORM ? notSupported : failure(SbiError.INVALID_PARAM);
    if (address % 2n !== 0n || vm.memory.slots.toHost(address) === undefined) return failure(SbiError.INVALID_ADDRESS);
    if (vm.vcpus.some((other) => other !== vcpu && other.state !== 'stopped')) return failure(SbiError.DENIED);
    // It resumes as a hart starts (table "SUSP System Resume Register State"), but not before an enabled interrupt is pending.
    vcpu.start(address, opaque);
    vcpu.state = 'blocked';
    return { next: 'redirected' };
  },
};
