/** Looks at the allowance before it looks whether all is over. */
import type { Parts } from '#vmm';

export const group = 'Equivalence';
export const sentence =
  "When the last exit allowed is also the guest's last one, nothing was given up. You return 'out-of-budget' as soon as the allowance is 0, and a guest that has switched itself off is taken for one that hangs.";

export const runLoop: Parts['runLoop'] = (context) => {
  let left = context.exits;
  for (;;) {
    if (context.vcpus.every(({ state }) => state === 'stopped')) return 'all-stopped';
    const runnable = context.vcpus.filter(({ state }) => state === 'runnable');
    if (runnable.length === 0 && !context.idle()) return 'deadlock';
    for (const vcpu of runnable) {
      const end = vcpu.ran + context.slice;
      while (vcpu.state === 'runnable' && vcpu.ran < end) {
        const exit = vcpu.run(end - vcpu.ran);
        const next = context.handle(vcpu, exit);
        if (typeof next === 'object') context.stop(vcpu, next.stop);
        if (next === 'advance' || next === 'block') vcpu.pc += 'length' in exit ? BigInt(exit.length) : 0n;
        if (next === 'block') vcpu.state = 'blocked';
        if (--left === 0) return 'out-of-budget';
      }
    }
  }
};
