/** A command that fails raises no interrupt. */
import { ata } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'A command ends with an interrupt whether or not it succeeded. Your guest waits for the end of one that failed at once.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      store(offset, width, value) {
        disk.store(offset, width, value);
        if (r.status & ata.Status.ERR) r.interrupt = false;
      },
    };
  },
};
