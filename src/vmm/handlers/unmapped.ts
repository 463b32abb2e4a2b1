/** Exit 'unmapped': the guest reached for guest-physical space where nothing is. It gets what a real bus would give it. */
import { ACCESS_FAULT } from '#machine';
import type { ExitHandler } from './index';

export const onUnmapped: ExitHandler<'unmapped'> = (_vm, vcpu, { gva, access }) => {
  vcpu.inject({ cause: ACCESS_FAULT[access], interrupt: false, tval: gva });
  return 'redirected';
};
