/** Interrupts for every cause, enabled or not. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'IER says which causes may interrupt. You raise the wire for a byte that nobody asked to hear of: a driver that polls is interrupted for ever.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  uart(r, send) {
    const port = right.uart(r, send);
    return { ...port, interrupts: () => port.interrupts() || r.received.length > 0 };
  },
};
