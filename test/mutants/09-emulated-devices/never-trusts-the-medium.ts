/** Flushes after each sector that was written. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Efficiency';
export const sentence =
  'You flush after every sector although the guest has left the write cache on and will ask for a flush when it needs one. On a real medium each costs milliseconds.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      store(offset, width, value) {
        const { sector, following, transfer } = r;
        disk.store(offset, width, value);
        const done = r.transfer !== transfer || r.sector !== sector || r.following !== following;
        if (offset === 0 && transfer === 'out' && done) sectors.flush();
      },
    };
  },
};
