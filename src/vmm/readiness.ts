/** Whether a VCPU could run if it were let: who looks, looks through here, so that nothing is missing in its account of stolen time. */
import type { HostedVcpu } from './vm';

/** True if it is neither over, nor waiting, nor paused. `now` is the host's clock. */
export function isReady(vcpu: HostedVcpu, now: number): boolean {
  const { vm } = vcpu;
  const alarm = vm.clock.onHost(vcpu.alarm); // before its state: a wait that is over has no alarm any more
  const ready = vm.running && vcpu.state === 'runnable';
  vm.firmware[vcpu.id].stolen.seen(ready, alarm, now);
  return ready;
}
