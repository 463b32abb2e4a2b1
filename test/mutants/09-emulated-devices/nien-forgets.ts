/** Takes the interrupt away for good when the driver disconnects the wire. */
import { ata } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'nIEN keeps the interrupt off the wire, not from being pending: only a look at Status and the next command end it. You drop it when nIEN is set, so a driver that lets the disk in again waits for ever.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      store(offset, width, value) {
        disk.store(offset, width, value);
        if (offset === ata.CONTROL_BLOCK && value & ata.NIEN) r.interrupt = false;
      },
    };
  },
};
