/** Has no divisor latch: offsets 0 and 1 are always RBR, THR and IER. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Equivalence';
export const sentence =
  'While LCR.DLAB is set, a driver stores the divisor at offsets 0 and 1. You send its low half down the line and take the high half for IER.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  uart(r, send) {
    const port = right.uart(r, send);
    const closed = <T>(call: () => T): T => {
      const { lcr } = r;
      r.lcr = 0;
      const result = call();
      r.lcr = lcr;
      return result;
    };
    return {
      ...port,
      load: (offset) => (offset < 2 ? closed(() => port.load(offset)) : port.load(offset)),
      store: (offset, value) => (offset < 2 ? closed(() => port.store(offset, value)) : port.store(offset, value)),
    };
  },
};
