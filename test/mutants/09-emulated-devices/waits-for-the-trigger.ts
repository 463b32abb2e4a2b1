/** Interrupts only when as many bytes are there as FCR asked for. */
import { uart } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'Below its trigger the receiver interrupts, too, when no more bytes come (cause 0xc, time-out). Yours waits for the fourteenth character of a person who has typed one.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  uart(r, send) {
    const port = right.uart(r, send);
    const few = (): boolean => r.received.length < uart.TRIGGERS[r.fcr >> 6];
    const without = <T>(call: () => T): T => {
      const { ier } = r;
      if (few()) r.ier &= ~uart.Enable.received;
      const result = call();
      r.ier = ier;
      return result;
    };
    return {
      ...port,
      load: (offset) => (offset === uart.Register.iirFcr ? without(() => port.load(offset)) : port.load(offset)),
      interrupts: () => without(() => port.interrupts()),
    };
  },
};
