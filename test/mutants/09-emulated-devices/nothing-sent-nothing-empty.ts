/** "THR empty" becomes pending only when a byte was sent. */
import { uart } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'Switching the "THR empty" interrupt on raises it at once if the transmitter is empty, and drivers begin to send that way. Yours waits for a first byte that never comes: the guest prints nothing.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  uart(r, send) {
    const port = right.uart(r, send);
    return {
      ...port,
      store(offset, value) {
        const { sent } = r;
        port.store(offset, value);
        if (offset === uart.Register.ierDlm && !(r.lcr & uart.DLAB)) r.sent = sent;
      },
    };
  },
};
