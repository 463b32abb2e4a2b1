/** Runs each guest to its end before the next one begins. */
import type { Parts } from '#vmm';

export const group = 'Safety';
export const sentence =
  "You run one guest until it ends or waits, and only then the next. A guest that does neither keeps the processor for ever; when its slice is used up it is somebody else's turn.";

export const runLoop: Parts['runLoop'] = (context) => {
  let left = context.exits;
  for (;;) {
    if (context.vcpus.every(({ state }) => state === 'stopped')) return 'all-stopped';
    const runnable = context.vcpus.filter(({ state }) => state === 'runnable');
    if (runnable.length === 0 && !context.idle()) return 'deadlock';
    for (const vcpu of runnable) {
      while (vcpu.state === 'runnable') {
        if (left-- === 0) return 'out-of-budget';
        const exit = vcpu.run(context.slice);
        const next = context.handle(vcpu, exit);
        if (typeof next === 'object') context.stop(vcpu, next.stop);
        if (next === 'advance' || next === 'block') vcpu.pc += 'length' in exit ? BigInt(exit.length) : 0n;
        if (next === 'block') vcpu.state = 'blocked';
      }
    }
  }
};
