/** All disks share one buffer. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Safety';
export const sentence =
  'Your buffer is a variable of the module, and every VM has the same one. Two guests that use their disks at once read each other.';

const buffer = new Uint8Array(512);

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk: (r, sectors) => {
    const disk = right.ataDisk(r, sectors);
    const shared = <T>(call: () => T): T => {
      r.buffer.set(buffer);
      const result = call();
      buffer.set(r.buffer);
      return result;
    };
    return {
      load: (offset, width) => shared(() => disk.load(offset, width)),
      store: (offset, width, value) => shared(() => disk.store(offset, width, value)),
      interrupts: disk.interrupts,
    };
  },
};
