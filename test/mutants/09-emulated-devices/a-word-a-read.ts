/** Reads the sector again for each word. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Efficiency';
export const sentence =
  'You ask the store for the whole sector each time the guest wants a word of it: 256 reads, and if somebody else writes meanwhile, a sector that never was on the disk.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      load(offset, width) {
        if (offset === 0 && r.transfer === 'in' && r.sector < sectors.count) sectors.read(r.sector);
        return disk.load(offset, width);
      },
    };
  },
};
