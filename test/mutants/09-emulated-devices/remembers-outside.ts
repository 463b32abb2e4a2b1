/** Keeps the place within the sector in a variable of its own. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'Your disk knows where it is in the sector only by a variable of its own. A snapshot does not have it: restored, or moved to another machine, the guest reads the rest of its sector from the beginning.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    let index = 0;
    const inside = <T>(call: () => T): T => {
      r.index = index;
      const result = call();
      index = r.index;
      return result;
    };
    return {
      load: (offset, width) => inside(() => disk.load(offset, width)),
      store: (offset, width, value) => inside(() => disk.store(offset, width, value)),
      interrupts: disk.interrupts,
    };
  },
};
