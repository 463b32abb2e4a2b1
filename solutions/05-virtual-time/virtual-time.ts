// 05 · Virtual time: a guest takes its clock, its alarm and its interrupts for a processor's. They are yours.
//
// Times are readings of a clock that counts instructions, Infinity is never. Interrupts are bits as in sip and sie: software 1,
// timer 5, external 9. Say which are `pending`, which one is `due` before the guest's next instruction, and when a waiting guest
// `wakes`; how long one may run now so that no alarm is late (`budget`); until when nobody need be asked (`idleUntil`); and keep
// the `account` of the time that others took from a guest that could have run.
// #region solution: import { todo, type Parts } from '#vmm';
import type { Parts } from '#vmm';

const SOFTWARE = 1;
const TIMER = 5;
const EXTERNAL = 9;

/** sip.STIP and sip.SEIP. */
const STIP = 1n << BigInt(TIMER);
const SEIP = 1n << BigInt(EXTERNAL);

/** "Interrupts to S-mode are handled in the following decreasing priority order: SEI, SSI, STI" (and LCOFI, which we do not have). */
const PRIORITY = [EXTERNAL, SOFTWARE, TIMER];
// #endregion

export const virtualTime: Parts['virtualTime'] = {
  // #region solution: pending: (deadline, external, now) => todo('say which interrupts the timer and the wire hold pending'),
  // No event that could be missed or come twice, but a comparison: who sets the alarm to a later time clears the interrupt by that.
  pending: (deadline, external, now) => (now >= deadline ? STIP : 0n) | (external ? SEIP : 0n),
  // #endregion

  // #region solution: due: (state) => todo('choose the interrupt that enters the guest now, if one may'),
  due({ pending, enabled, mode, open }) {
    const candidates = pending & enabled;
    // SIE is S-mode's own lock on its own door: a user program is interrupted whatever it says.
    const locked = mode === 'S' && !open;
    if (candidates === 0n || locked) return undefined;
    return PRIORITY.find((interrupt) => (candidates >> BigInt(interrupt)) & 1n);
  },
  // #endregion

  // #region solution: wakes: (state, alarm, now) => todo('say whether the wait is over'),
  // Not `due`: a kernel may wait with SIE clear and look by itself what woke it. And the alarm ends a wait even if the guest does not
  // want its interrupt: on a machine, the firmware's timer would have gone off, and wfi may end for no reason.
  wakes: ({ pending, enabled }, alarm, now) => (pending & enabled) !== 0n || now >= alarm,
  // #endregion

  // #region solution: budget: (left, alarm, now) => todo('let it run as far as it may before somebody must be asked'),
  // An alarm that has rung does not ring again: its interrupt is pending, and the guest runs on until it takes it.
  budget: (left, alarm, now) => (alarm > now ? Math.min(left, alarm - now) : left),
  // #endregion

  // #region solution: idleUntil: (alarms) => todo('choose the moment to look again'),
  idleUntil: (alarms) => Math.min(...alarms),
  // #endregion

  // #region solution: account: (account, event, now) => todo('keep the account of stolen time'),
  account(account, event, now) {
    switch (event) {
      case 'ready': // seen ready again and again: only the first time counts
        account.since ??= now;
        return;
      case 'waits': // by its own will: nobody steals from a guest that sleeps
        account.since = undefined;
        return;
      case 'enters':
        account.stolen += now - (account.since ?? now);
        account.since = undefined;
        return;
      case 'leaves': // from here on, others may have the processor that it could use
        account.since = now;
    }
  },
  // #endregion
};
