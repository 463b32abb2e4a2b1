/** The first byte of a word is its high one. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'The first byte of a sector is in the low half of the first word. You exchange them, which nobody notices who reads with you what was written with you, until the disk is moved to another machine.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    const swapped = (word: number): number => ((word & 0xff) << 8) | (word >> 8);
    return {
      ...disk,
      load: (offset, width) => (offset === 0 ? swapped(disk.load(offset, width)) : disk.load(offset, width)),
      store: (offset, width, value) => disk.store(offset, width, offset === 0 ? swapped(value) : value),
    };
  },
};
