/** Names the next chain whether it wants to hear of it or not. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';

export const group = 'Equivalence';
export const sentence =
  'You write avail_event whether `on` is true or not. While you serve a queue you look at it again anyway; the driver notifies you all the same, of each chain, and each is an exit.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  listen(queue, on) {
    right.listen(queue, queue.eventIndex || on);
  },
};
