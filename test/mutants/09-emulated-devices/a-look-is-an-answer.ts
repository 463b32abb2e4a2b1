/** Alternate Status acknowledges the interrupt, too. */
import { ata } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'Alternate Status is there to look without telling. You take the interrupt away when a driver polls it, and the driver waits for ever for the one that it has eaten.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      load(offset, width) {
        const value = disk.load(offset, width);
        if (offset === ata.CONTROL_BLOCK) r.interrupt = false;
        return value;
      },
    };
  },
};
