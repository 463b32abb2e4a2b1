/** Leaves flushing to the guest, also where its write cache is off. */
import { ata } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'A guest that has switched the write cache off takes a sector for safe as soon as its command is complete. You flush only when you are asked, and a loss of power takes what the guest relied on.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      store(offset, width, value) {
        if (offset !== ata.Register.data) return disk.store(offset, width, value);
        const { writeCache } = r;
        r.writeCache = true;
        disk.store(offset, width, value);
        r.writeCache = writeCache;
      },
    };
  },
};
