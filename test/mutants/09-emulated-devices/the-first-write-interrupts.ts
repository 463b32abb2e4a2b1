/** Announces the first sector of a write by an interrupt. */
import { ata } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'In a write the first DRQ comes without an interrupt; the driver is there already. Yours comes one too early, and from then on the driver is one sector ahead of the disk.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      store(offset, width, value) {
        disk.store(offset, width, value);
        if (offset === ata.Register.statusCommand && r.transfer === 'out') r.interrupt = true;
      },
    };
  },
};
