/** Reading Status leaves the interrupt pending. */
import { ata } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'Reading Status tells the disk that the guest knows, and takes the interrupt wire down. Yours stays up: the guest returns from its handler and is in it again.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      load(offset, width) {
        const { interrupt } = r;
        const value = disk.load(offset, width);
        if (offset === ata.Register.statusCommand) r.interrupt = interrupt;
        return value;
      },
    };
  },
};
