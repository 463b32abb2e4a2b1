/** SBI timer extension "TIME": the guest's only alarm clock. SBI ch. 6. */
import { FirmwareEvent } from './event-counters';
import { notSupported, success, type SbiExtension } from './extension';

export const timer: SbiExtension = {
  id: 0x54494d45n,
  name: 'timer',
  call: (vm, vcpu, fn, [deadline]) => {
    if (fn !== 0n) return notSupported;
    // An absolute time. It also clears a pending timer interrupt, if it lies in the future.
    vcpu.setTimer(deadline);
    vm.firmware[vcpu.id].events.happened(FirmwareEvent.setTimer);
    return success();
  },
};
