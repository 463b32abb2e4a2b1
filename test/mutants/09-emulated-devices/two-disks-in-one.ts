/** Device 1 is the same disk again. */
import { ata } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'Device 1 is absent: its Status reads 0, and it hears no command. Yours answers for both, so a guest finds two disks and mounts one file system twice.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    const always = <T>(call: () => T): T => {
      const { device } = r;
      r.device &= ~ata.DEVICE_1;
      const result = call();
      r.device |= device & ata.DEVICE_1;
      return result;
    };
    return {
      load: (offset, width) =>
        offset === ata.Register.device ? disk.load(offset, width) : always(() => disk.load(offset, width)),
      store: (offset, width, value) =>
        offset === ata.Register.device
          ? disk.store(offset, width, value)
          : always(() => disk.store(offset, width, value)),
      interrupts: () => always(() => disk.interrupts()),
    };
  },
};
