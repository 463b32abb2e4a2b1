/** Reads a descriptor field by field. */
import type { Parts } from '#vmm';
import { paravirtualDevices as right } from '../../../solutions/10-paravirtual-devices/paravirtual-devices';
import { fetched, laxWalk } from '../../lessons/support/lax-walk';

export const group = 'Efficiency';
export const sentence =
  "You fetch the four fields of a descriptor by four accesses. Each is a look-up in the guest's memory; the sixteen bytes lie side by side, so that one would do.";

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  ...right,
  chain: laxWalk({
    fetch: (queue, at) => {
      const whole = new DataView(new ArrayBuffer(16));
      const fields = [[0, 8], [8, 4], [12, 2], [14, 2]] as const; // prettier-ignore
      for (const [offset, size] of fields) {
        const part = fetched(queue, at + offset, size);
        for (let i = 0; i < size; i++) whole.setUint8(offset + i, part.getUint8(i));
      }
      return whole;
    },
  }),
};
