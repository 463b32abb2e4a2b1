/** A Sector Count of 0 is no sector. */
import { ata } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'A Sector Count of 0 means 256 sectors: with eight bits there is no other way to ask for so many. You transfer one and stop.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      store(offset, width, value) {
        disk.store(offset, width, value);
        if (offset === ata.Register.statusCommand && r.sectorCount === 0) r.following = 0;
      },
    };
  },
};
