/** Checks where a transfer begins, and not where it ends. */
import { ata, MOST_SECTORS } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Safety';
export const sentence =
  "You check the first sector of a command against the size of the disk, and not those that follow. A guest that reads two sectors from the last one on gets the next bytes of the file behind it: somebody else's.";

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    const loose = right.ataDisk(r, { ...sectors, count: MOST_SECTORS });
    return {
      load: (offset, width) => (offset === ata.Register.data ? loose : disk).load(offset, width),
      store: (offset, width, value) => (offset === ata.Register.data ? loose : disk).store(offset, width, value),
      interrupts: disk.interrupts,
    };
  },
};
