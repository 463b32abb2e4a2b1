/** Tells of each interrupt once. */
import type { EmulatedDevices } from '#vmm';
import { emulatedDevices as right } from '../../../solutions/09-emulated-devices/emulated-devices';

export const group = 'Safety';
export const sentence =
  'The wire is a level: up as long as there is a cause. You report it once and forget it, so whoever looks a second time, or looks late, sees nothing, and the interrupt is lost.';

export const emulatedDevices: EmulatedDevices = {
  ...right,
  uart(r, send) {
    const port = right.uart(r, send);
    let told = false;
    return {
      ...port,
      interrupts() {
        const level = port.interrupts();
        const news = level && !told;
        told = level;
        return news;
      },
    };
  },
};
