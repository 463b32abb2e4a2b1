/** Exit 'unmapped': the guest reached for guest-physical space where nothing is. It gets what a real bus would give it. */
import { ACCESS_FAULT } from '#machine';
import { FirmwareEvent } from '../sbi/event-counters';
import type { ExitHandler } from './index';

export const onUnmapped: ExitHandler<'unmapped'> = (vm, vcpu, { gva, access }) => {
  if (access !== 'fetch')
    vm.firmware[vcpu.id].events.happened(access === 'load' ? FirmwareEvent.accessLoad : FirmwareEvent.accessStore);
  vcpu.inject({ cause: ACCESS_FAULT[access], interrupt: false, tval: gva });
  return 'redirected';
};
