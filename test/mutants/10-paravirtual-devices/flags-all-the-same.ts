/** Says "no" in the flags of the used ring, also where event indices were agreed on. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  'With event indices the flags of the used ring stay 0; the driver does not look at them. You set bit 0 as if nothing had been agreed on. To say no, leave avail_event behind.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  listen(queue, on) {
    right.listen({ ...queue, eventIndex: false }, on);
    if (on) right.listen(queue, on);
  },
};
