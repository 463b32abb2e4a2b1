/** SBI RFENCE extension: fences carried out on other harts. SBI ch. 8. */
import { FirmwareEvent } from './event-counters';
import { failure, notSupported, SbiError, success, type SbiExtension } from './extension';
import { hartsOf } from './hart-mask';

/** Functions 0 to 2 are FENCE.I, SFENCE.VMA and SFENCE.VMA with an ASID. 3 to 6 are for guests that are hypervisors: not on this machine. */
const FENCE_I = 0n;
const SFENCE_VMA_ASID = 2n;

/** What counters may be waiting for, by function. */
const SENT = [FirmwareEvent.fenceISent, FirmwareEvent.sfenceVmaSent, FirmwareEvent.sfenceVmaAsidSent];
const RECEIVED = [FirmwareEvent.fenceIReceived, FirmwareEvent.sfenceVmaReceived, FirmwareEvent.sfenceVmaAsidReceived];

export const rfence: SbiExtension = {
  id: 0x52464e43n,
  name: 'rfence',
  call: (vm, vcpu, fn, [mask, maskBase]) => {
    if (fn < FENCE_I || fn > SFENCE_VMA_ASID) return notSupported;
    const harts = hartsOf(vm, mask, maskBase);
    if (!harts) return failure(SbiError.INVALID_PARAM);
    // Instructions are coherent on this machine, so FENCE.I has nothing to do. The others may forget more than
    // the guest names: address range and ASID are not looked at, and so cannot be wrong.
    if (fn !== FENCE_I) for (const hart of harts) hart.fence();
    vm.firmware[vcpu.id].events.happened(SENT[Number(fn)]);
    for (const hart of harts) vm.firmware[hart.id].events.happened(RECEIVED[Number(fn)]);
    return success();
  },
};
