/** Ignores SRST. */
import { ata } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'SRST ends whatever goes on, holds BSY while it is set, and leaves the signature of a disk in the registers, by which drivers tell it from a CD-ROM. You only store the bit.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      store(offset, width, value) {
        disk.store(offset, width, offset === ata.CONTROL_BLOCK ? value & ata.NIEN : value);
      },
    };
  },
};
