/** Interrupts although the driver has disconnected the wire. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'nIEN in Device Control takes the disk off its interrupt wire. A driver that polls has set it; you interrupt it all the same.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      interrupts() {
        const { control } = r;
        r.control = 0;
        const level = disk.interrupts();
        r.control = control;
        return level;
      },
    };
  },
};
