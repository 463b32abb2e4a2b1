/** Counts the time in which a guest waits by its own will. */
import type { Parts } from '#vmm';
import { virtualTime as right } from '../../../solutions/05-virtual-time/virtual-time';

export const group = 'Safety';
export const sentence =
  'You count the time in which the guest sleeps. Nobody took that from it: stolen is what it had to wait for the processor although it could have run.';

export const virtualTime: Parts['virtualTime'] = {
  ...right,
  account(account, event, now) {
    switch (event) {
      case 'ready':
        account.since ??= now;
        break;
      case 'waits':
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
