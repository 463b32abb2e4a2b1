/** Interrupts for each word. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Efficiency';
export const sentence =
  'The wire goes up for each word of Data. The standard has one interrupt a sector, and each one that you add costs the guest a trap, a claim, a read of Status and a completion.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      load(offset, width) {
        const value = disk.load(offset, width);
        if (offset === 0 && r.transfer === 'in') r.interrupt = true;
        return value;
      },
      store(offset, width, value) {
        disk.store(offset, width, value);
        if (offset === 0 && r.transfer === 'out') r.interrupt = true;
      },
    };
  },
};
