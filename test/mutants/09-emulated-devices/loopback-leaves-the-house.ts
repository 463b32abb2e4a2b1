/** Sends bytes in loopback. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'In loopback a byte goes back to the receiver and not down the line. Linux tests the chip this way: it finds none, and its test patterns are on the console.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  uart(r, send) {
    const port = right.uart(r, send);
    return {
      ...port,
      store(offset, value) {
        const { mcr } = r;
        if (offset === 0) r.mcr = 0;
        port.store(offset, value);
        if (offset === 0) r.mcr = mcr;
      },
    };
  },
};
