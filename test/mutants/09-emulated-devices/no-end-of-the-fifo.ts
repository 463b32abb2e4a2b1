/** Takes every byte that comes. */
import { uart } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  "The receiver has room for 16 bytes with FIFOs and for one without. You take all that comes, which no chip does: the guest's driver may stop after 16 reads, and a guest in loopback makes you keep as much as it likes.";

export const emulatedDevices: EmulatedDevices = {
  ...right,
  uart(r, send) {
    const port = right.uart(r, send);
    return {
      ...port,
      receive(byte) {
        if (r.mcr & uart.LOOPBACK) return false;
        r.received.push(byte);
        if (!(r.fcr & uart.Fifo.enable)) r.rbr = byte;
        return true;
      },
    };
  },
};
