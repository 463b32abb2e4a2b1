/** Has no FIFO for the receiver, although IIR says so. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Efficiency';
export const sentence =
  'You give the guest one byte at a time although it has switched the FIFOs on. Each character costs an interrupt and all its exits; with a FIFO it is one for sixteen.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  uart(r, send) {
    const port = right.uart(r, send);
    return { ...port, receive: (byte) => r.received.length === 0 && port.receive(byte) };
  },
};
