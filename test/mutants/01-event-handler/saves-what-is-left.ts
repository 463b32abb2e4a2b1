/** Adds what a guest left of its turn to its next one. */
import type { Parts, Vcpu } from '#vmm';

export const group = 'Safety';
export const sentence =
  'You keep what a guest has not used of its turn for its next one. A guest that waits a little in each turn can so save up the processor, and then keep the others from it for as long as it likes.';

export const runLoop: Parts['runLoop'] = (context) => {
  let left = context.exits;
  const saved = new Map<Vcpu, number>();
  for (;;) {
    if (context.vcpus.every(({ state }) => state === 'stopped')) return 'all-stopped';
    const runnable = context.vcpus.filter(({ state }) => state === 'runnable');
    if (runnable.length === 0 && !context.idle()) return 'deadlock';
    for (const vcpu of runnable) {
      const end = vcpu.ran + context.slice + (saved.get(vcpu) ?? 0);
      while (vcpu.state === 'runnable' && vcpu.ran < end) {
        if (left-- === 0) return 'out-of-budget';
        const exit = vcpu.run(end - vcpu.ran);
        const next = context.handle(vcpu, exit);
        if (typeof next === 'object') context.stop(vcpu, next.stop);
        if (next === 'advance' || next === 'block') vcpu.pc += 'length' in exit ? BigInt(exit.length) : 0n;
        if (next === 'block') vcpu.state = 'blocked';
      }
      saved.set(vcpu, Math.max(0, end - vcpu.ran));
    }
  }
};
