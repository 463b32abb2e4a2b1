/** Marks the processor that exited as stopped and tells nobody. */
import type { Parts } from '#vmm';

export const group = 'Safety';
export const sentence =
  'You stop the processor that exited, but its virtual machine has others, and nobody learns why it ended: that is what `context.stop` is for.';

export const runLoop: Parts['runLoop'] = (context) => {
  let left = context.exits;
  for (;;) {
    if (context.vcpus.every(({ state }) => state === 'stopped')) return 'all-stopped';
    const runnable = context.vcpus.filter(({ state }) => state === 'runnable');
    if (runnable.length === 0 && !context.idle()) return 'deadlock';
    for (const vcpu of runnable) {
      const end = vcpu.ran + context.slice;
      while (vcpu.state === 'runnable' && vcpu.ran < end) {
        if (left-- === 0) return 'out-of-budget';
        const exit = vcpu.run(end - vcpu.ran);
        const next = context.handle(vcpu, exit);
        if (typeof next === 'object') vcpu.state = 'stopped';
        if (next === 'advance' || next === 'block') vcpu.pc += 'length' in exit ? BigInt(exit.length) : 0n;
        if (next === 'block') vcpu.state = 'blocked';
      }
    }
  }
};
