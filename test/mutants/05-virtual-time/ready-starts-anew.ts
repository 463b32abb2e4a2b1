/** Whoever looks whether a guest is ready starts its account anew. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Safety';
export const sentence =
  'Each time that somebody sees the guest ready, you begin to count from there. It is looked at again and again while it has to wait; what it waited before is forgotten.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  account(account, event, now) {
    switch (event) {
      case 'ready':
        account.since = now;
        break;
      case 'waits':
        account.since = undefined;
        break;
      case 'enters':
        account.stolen += now - (account.since ?? now);
        account.since = undefined;
        break;
      case 'leaves':
        account.since = now;
        break;
    }
  },
};
