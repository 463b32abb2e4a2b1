/** SBI IPI extension "sPI": a supervisor software interrupt for other harts. SBI ch. 7. */
import { FirmwareEvent } from './event-counters';
import { failure, notSupported, SbiError, success, type SbiExtension } from './extension';
import { hartsOf } from './hart-mask';

export const ipi: SbiExtension = {
  id: 0x735049n,
  name: 'ipi',
  call: (vm, vcpu, fn, [mask, maskBase]) => {
    if (fn !== 0n) return notSupported;
    const harts = hartsOf(vm, mask, maskBase);
    if (!harts) return failure(SbiError.INVALID_PARAM);
    vm.firmware[vcpu.id].events.happened(FirmwareEvent.ipiSent);
    for (const hart of harts) {
      hart.setInterrupt('software', true);
      vm.firmware[hart.id].events.happened(FirmwareEvent.ipiReceived);
    }
    return success();
  },
};
