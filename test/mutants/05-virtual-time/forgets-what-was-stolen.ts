/** Remembers the last wait only. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Safety';
export const sentence =
  'Your account holds the last wait for the processor. The guest reads a sum since it began, and takes the difference between two readings itself.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  account(account, event, now) {
    switch (event) {
      case 'ready':
        account.since ??= now;
        break;
      case 'waits':
        account.since = undefined;
        break;
      case 'enters':
        account.stolen = now - (account.since ?? now);
        account.since = undefined;
        break;
      case 'leaves':
        account.since = now;
        break;
    }
  },
};
