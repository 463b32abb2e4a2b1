/** Believes that every instruction has four bytes. */
import type { Parts } from '#vmm';

export const group = 'Equivalence';
export const sentence =
  'You add 4 where the instruction may have had 2 bytes. Behind a compressed instruction your guest continues in the middle of the next one; the exit says how long it was.';

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
        if (typeof next === 'object') context.stop(vcpu, next.stop);
        if (next === 'advance' || next === 'block') vcpu.pc += 4n;
        if (next === 'block') vcpu.state = 'blocked';
      }
    }
  }
};
