/** RBR shows the oldest byte and leaves it there. */
import { uart } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'A load of RBR takes the byte out of the receiver. You only show it, so a driver reads the same character again and again, and its interrupt never ends.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  uart(r, send) {
    const port = right.uart(r, send);
    return {
      ...port,
      load: (offset) => (offset === 0 && !(r.lcr & uart.DLAB) ? (r.received[0] ?? 0) : port.load(offset)),
    };
  },
};
