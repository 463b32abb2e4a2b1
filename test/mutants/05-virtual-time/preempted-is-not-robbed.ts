/** Counts only waits that began with a wake-up. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Safety';
export const sentence =
  'Only a guest that has just woken can be robbed by your account. Most of what is stolen is stolen by pre-emption: the slice is over, and the guest could have gone on.';

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
        account.since = undefined;
        break;
      case 'leaves':
        account.since = undefined;
        break;
    }
  },
};
