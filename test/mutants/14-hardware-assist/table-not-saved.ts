/** Takes vsatp for the hypervisor's, as hgatp is. */
import type { Parts } from '#vmm';
import { right } from '../../lessons/support/assist-variant';

export const group = 'Safety';
export const sentence =
  'You load vsatp and never save it. The guest writes that register itself, under the name of satp, at every change of its processes; hgatp is the one that only you write.';

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...right,
  save(csr, guest) {
    const { vsatp } = guest;
    right.save(csr, guest);
    guest.vsatp = vsatp;
  },
};
