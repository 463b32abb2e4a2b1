/** Takes everybody for awake once time has passed. */
import type { Parts } from '#vmm';

export const group = 'Safety';
export const sentence =
  '`idle` lets time pass to the next timer of anybody, and wakes whose timer it was. You make all VCPUs runnable after it, so the others come out of a wait that is not over. The state of a VCPU tells you whether it can run; only `block` is yours to write.';

export const runLoop: Parts['runLoop'] = (context) => {
  let left = context.exits;
  for (;;) {
    if (context.vcpus.every(({ state }) => state === 'stopped')) return 'all-stopped';
    if (!context.vcpus.some(({ state }) => state === 'runnable')) {
      if (!context.idle()) return 'deadlock';
      for (const vcpu of context.vcpus) if (vcpu.state === 'blocked') vcpu.state = 'runnable';
    }
    for (const vcpu of context.vcpus) {
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
