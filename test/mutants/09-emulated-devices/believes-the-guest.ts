/** Does not check sector numbers at all. */
import { MOST_SECTORS } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Safety';
export const sentence =
  'The guest chooses the sector number, and you hand it to the store as it is. What a real drive answers with IDNF becomes a read of memory that is not this disk.';

const IDENTIFY = 0xec;

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    const loose = right.ataDisk(r, { ...sectors, count: MOST_SECTORS });
    return {
      load: loose.load,
      store: (offset, width, value) => (value === IDENTIFY ? disk : loose).store(offset, width, value),
      interrupts: loose.interrupts,
    };
  },
};
