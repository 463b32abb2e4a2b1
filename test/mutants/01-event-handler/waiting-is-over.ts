/** Takes a guest that will never wake for one that has ended. */
import type { Parts } from '#vmm';

export const group = 'Equivalence';
export const sentence =
  "You return 'all-stopped' although a guest is still there and waits. Waiting and being over are different ends: the first is a 'deadlock', and an input could still end it.";

export const runLoop: Parts['runLoop'] = (context) => {
  let left = context.exits;
  for (;;) {
    if (context.vcpus.every(({ state }) => state === 'stopped')) return 'all-stopped';
    const runnable = context.vcpus.filter(({ state }) => state === 'runnable');
    if (runnable.length === 0 && !context.idle()) return 'all-stopped';
    for (const vcpu of runnable) {
      const end = vcpu.ran + context.slice;
      while (vcpu.state === 'runnable' && vcpu.ran < end) {
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
