/** Gives turns to everybody who has not ended. */
import type { Parts } from '#vmm';

export const group = 'Safety';
export const sentence =
  'You enter processors that wait. A blocked guest must not run until an interrupt wakes it: look at `state` before each entry, it may have changed since the last one.';

export const runLoop: Parts['runLoop'] = (context) => {
  let left = context.exits;
  for (;;) {
    if (context.vcpus.every(({ state }) => state === 'stopped')) return 'all-stopped';
    const runnable = context.vcpus.filter(({ state }) => state !== 'stopped');
    if (runnable.length === 0 && !context.idle()) return 'deadlock';
    for (const vcpu of runnable) {
      const end = vcpu.ran + context.slice;
      while (vcpu.state !== 'stopped' && vcpu.ran < end) {
        if (left-- === 0) return 'out-of-budget';
        const exit = vcpu.run(end - vcpu.ran);
        const next = context.handle(vcpu, exit);
        if (typeof next === 'object') context.stop(vcpu, next.stop);
        if (next === 'advance' || next === 'block') vcpu.pc += 'length' in exit ? BigInt(exit.length) : 0n;
        if (next === 'block') vcpu.state = 'blocked';
      }
    }
  }
};
