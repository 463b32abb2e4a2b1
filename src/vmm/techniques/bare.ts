/** No technique at all: the guest's hart is the machine's own, with the machine's devices and time. */
import type { Machine } from '#machine';
import type { Computer } from './own-hart';

export const bareComputer = (machine: Machine): Computer => ({
  hart: machine.harts[0],
  run: (budget) => machine.run(budget),
  setAlarm: (tick) => void machine.aclint.mtimer.store(0, 8, tick),
  alarm: Infinity, // the machine lets time pass when its hart waits
  now: () => machine.now(),
  direct: true,
});
