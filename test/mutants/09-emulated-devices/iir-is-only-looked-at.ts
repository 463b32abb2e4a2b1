/** Reading IIR does not acknowledge "THR empty". */
import { uart } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'Reading IIR acknowledges "THR empty" if that is the cause it shows. You leave it pending: the wire stays up, and the guest is interrupted until it has something to send.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  uart(r, send) {
    const port = right.uart(r, send);
    return {
      ...port,
      load(offset) {
        const { sent } = r;
        const value = port.load(offset);
        if (offset === uart.Register.iirFcr) r.sent = sent;
        return value;
      },
    };
  },
};
