/** Writes hgatp while vsatp has a table of the old guest. */
import type { Parts } from '#vmm';
import { right } from '../../lessons/support/assist-variant';

export const group = 'Safety';
export const sentence =
  "You write hgatp while vsatp still has a table in it. In between, the hart may walk one guest's table through the other's second stage, and keep what it finds: set vsatp to 0 first.";

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...right,
  load(csr, guest) {
    csr.write('hgatp', guest.hgatp);
    const write: typeof csr.write = (name, value) =>
      void (name !== 'hgatp' && (name !== 'vsatp' || value === guest.vsatp) && csr.write(name, value));
    right.load({ read: (name) => csr.read(name), write }, guest);
  },
};
