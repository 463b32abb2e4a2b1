/** Copies the whole descriptor table for each descriptor. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { fetched, laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Efficiency';
export const sentence =
  'You copy all of the descriptor table to look at one descriptor. A queue of 256 has 4 KiB of them: as much as the block that you are about to move.';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({
    fetch: (queue, at) => {
      const inQueue = at >= queue.descriptors && at < queue.descriptors + 16 * queue.size;
      if (!inQueue) return fetched(queue, at);
      const table = fetched(queue, queue.descriptors, 16 * queue.size);
      return new DataView(table.buffer, table.byteOffset + at - queue.descriptors, 16);
    },
  }),
};
