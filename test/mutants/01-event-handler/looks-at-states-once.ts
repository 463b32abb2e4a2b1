/** Decides at the beginning of a round who will run in it. */
import type { Parts } from '#vmm';

export const group = 'Safety';
export const sentence =
  'You look at the states once a round. A virtual machine with two processors that ends in the turn of the first is entered again in the turn of the second.';

export const runLoop: Parts['runLoop'] = (context) => {
  let left = context.exits;
  for (;;) {
    if (context.vcpus.every(({ state }) => state === 'stopped')) return 'all-stopped';
    const runnable = context.vcpus.filter(({ state }) => state === 'runnable');
    if (runnable.length === 0 && !context.idle()) return 'deadlock';
    for (const vcpu of runnable) {
      const end = vcpu.ran + context.slice;
      let alive = true;
      while (alive && vcpu.ran < end) {
        if (left-- === 0) return 'out-of-budget';
        const exit = vcpu.run(end - vcpu.ran);
        const next = context.handle(vcpu, exit);
        if (typeof next === 'object') context.stop(vcpu, next.stop);
        if (next === 'advance' || next === 'block') vcpu.pc += 'length' in exit ? BigInt(exit.length) : 0n;
        alive = next !== 'block' && typeof next !== 'object';
        if (next === 'block') vcpu.state = 'blocked';
      }
    }
  }
};
