/** The index into the buffer survives the end of a command. */
import { ata } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Safety';
export const sentence =
  'A new command begins in the middle of the buffer, because the index of the abandoned one is still there. VENOM (CVE-2015-3456) was an index that nobody reset.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  ataDisk(r, sectors) {
    const disk = right.ataDisk(r, sectors);
    return {
      ...disk,
      store(offset, width, value) {
        const { index } = r;
        disk.store(offset, width, value);
        if (offset === ata.Register.statusCommand) r.index = index;
      },
    };
  },
};
