/** Nobody can run: time passes without instructions. */
import type { HostClock } from './clock';
import { PartFailure } from './part-failure';
import type { VirtualTime } from './virtual-time';
import type { HostedVcpu } from './vm';

interface Waking {
  readonly clock: HostClock;
  readonly time: VirtualTime;
  /** What the clock reads when a device interrupts by itself; raises the interrupts that are due. */
  nextAlarm(): number;
}

/** Lets time pass from alarm to alarm, until one of those who wait wakes. False if there is none that would. */
export function idle(vcpus: readonly HostedVcpu[], { clock, time, nextAlarm }: Waking): boolean {
  for (;;) {
    const ofDevices = nextAlarm();
    if (vcpus.some((vcpu) => vcpu.vm.running && vcpu.state === 'runnable')) return true;
    const first = time.idleUntil([ofDevices, ...vcpus.map((vcpu) => vcpu.vm.clock.onHost(vcpu.alarm))]);
    if (first === Infinity) return false;
    if (first <= clock.now)
      throw new PartFailure(
        'virtualTime',
        'your `virtualTime` waits for an alarm that has rung already: `wakes` did not let its guest go on, or `idleUntil` chose it.',
      );
    clock.skipTo(first);
  }
}
