/** Reads each register before it writes it. */
import type { Parts } from '#vmm';
import { right } from '../../lessons/support/assist-variant';

export const group = 'Efficiency';
export const sentence =
  'To save writes you read each register first, and so access it twice. Reading a CSR costs as much as writing it, and another guest has left its own values there.';

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...right,
  load(csr, guest) {
    const write: typeof csr.write = (name, value) => void (csr.read(name) !== value && csr.write(name, value));
    right.load({ read: (name) => csr.read(name), write }, guest);
  },
};
