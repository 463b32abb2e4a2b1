// Edit this file: `npx hv watch 05` grades it at every save, `npx hv reset 05` brings this original back.
// 05 · Virtual time: a guest takes its clock, its alarm and its interrupts for a processor's. They are yours.
//
// Times are readings of a clock that counts instructions, Infinity is never. Interrupts are bits as in sip and sie: software 1,
// timer 5, external 9. Say which are `pending`, which one is `due` before the guest's next instruction, and when a waiting guest
// `wakes`; how long one may run now so that no alarm is late (`budget`); until when nobody need be asked (`idleUntil`); and keep
// the `account` of the time that others took from a guest that could have run.
import { todo, type Parts } from '#vmm';

export const virtualTime: Parts['virtualTime'] = {
  pending: (deadline, external, now) => todo('say which interrupts the timer and the wire hold pending'),

  due: (state) => todo('choose the interrupt that enters the guest now, if one may'),

  wakes: (state, alarm, now) => todo('say whether the wait is over'),

  budget: (left, alarm, now) => todo('let it run as far as it may before somebody must be asked'),

  idleUntil: (alarms) => todo('choose the moment to look again'),

  account: (account, event, now) => todo('keep the account of stolen time'),
};
