/** Starts the slice anew whenever the guest has been out. */
import type { Parts } from '#vmm';

export const group = 'Safety';
export const sentence =
  'You grant a whole slice again after each exit. A guest that calls you before its slice is over keeps the processor for ever, and its neighbours never run.';

export const runLoop: Parts['runLoop'] = (context) => {
  let left = context.exits;
  for (;;) {
    if (context.vcpus.every(({ state }) => state === 'stopped')) return 'all-stopped';
    const runnable = context.vcpus.filter(({ state }) => state === 'runnable');
    if (runnable.length === 0 && !context.idle()) return 'deadlock';
    for (const vcpu of runnable) {
      for (let used = false; vcpu.state === 'runnable' && !used;) {
        if (left-- === 0) return 'out-of-budget';
        const exit = vcpu.run(context.slice);
        const next = context.handle(vcpu, exit);
        if (typeof next === 'object') context.stop(vcpu, next.stop);
        if (next === 'advance' || next === 'block') vcpu.pc += 'length' in exit ? BigInt(exit.length) : 0n;
        used = exit.kind === 'budget';
        if (next === 'block') vcpu.state = 'blocked';
      }
    }
  }
};
