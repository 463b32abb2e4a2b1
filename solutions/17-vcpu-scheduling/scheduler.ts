// 17 · Who runs next, and for how long.
//
// VCPUs come (`add`) and go (`remove`); those that can run are told by `wake`, and `ran` says how a turn ended. `pick` names
// one that can run and the instructions of its turn. Round-robin: everybody in turn, the same slice for each.
import type { Parts, ScheduledVcpu } from '#vmm';

export const scheduler: Parts['scheduler'] = ({ slice }) => {
  /** Who can run, longest-waiting first. Whoever has the processor is in front until its turn ends. */
  const queue: ScheduledVcpu[] = [];
  const leave = (vcpu: ScheduledVcpu): void => {
    const at = queue.indexOf(vcpu);
    if (at >= 0) queue.splice(at, 1);
  };
  return {
    // To be known is not to be ready: a new VCPU stands in no queue until it wakes.
    add() {},
    remove: leave,
    // At the end, also for who has slept for long: a sleeper saves up no time, so nobody can sleep to get ahead.
    wake: (vcpu) => void queue.push(vcpu),
    pick: () => (queue.length === 0 ? undefined : { vcpu: queue[0], slice }),
    ran(vcpu, _instructions, why) {
      leave(vcpu);
      if (why === 'used-up') queue.push(vcpu);
    },
  };
};
