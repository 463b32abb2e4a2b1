/** Never interrupts for a change of the modem's lines. */
import { uart } from '#machine';
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  "IER has four bits, and the fourth is for the modem: as long as MSR has a change to tell and that bit is set, the wire is up, if nothing more urgent is there. You leave that cause out, so a driver that waits for its peer's lines waits for ever.";

export const emulatedDevices: EmulatedDevices = {
  ...right,
  uart(r, send) {
    const port = right.uart(r, send);
    const without = <T>(act: () => T): T => {
      const { ier } = r;
      r.ier &= ~uart.Enable.modemStatus;
      const result = act();
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
