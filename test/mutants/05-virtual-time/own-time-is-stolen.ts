/** Counts the time in which the guest itself runs. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Equivalence';
export const sentence =
  'You count from one entry to the next, and so the time in which the guest itself had the processor. Even a guest that is alone is told that it is robbed.';

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
        account.stolen += now - (account.since ?? now);
        account.since = now;
        break;
      case 'leaves':
        account.since ??= now;
        break;
    }
  },
};
