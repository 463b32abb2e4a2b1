/** Takes `vcpus` and `slice` out of the context before the loop begins. */
import type { Parts } from '#vmm';

export const group = 'Safety';
export const sentence =
  'You look at `vcpus` and `slice` once, before the first round. Where a scheduler chooses, both change: it is asked for each round, and you go on with its first answer.';

export const runLoop: Parts['runLoop'] = ({ vcpus, slice, exits, handle, stop, idle }) => {
  let left = exits;
  for (;;) {
    if (vcpus.every(({ state }) => state === 'stopped')) return 'all-stopped';
    const runnable = vcpus.filter(({ state }) => state === 'runnable');
    if (runnable.length === 0 && !idle()) return 'deadlock';
    for (const vcpu of runnable) {
      const end = vcpu.ran + slice;
      while (vcpu.state === 'runnable' && vcpu.ran < end) {
        if (left-- === 0) return 'out-of-budget';
        const exit = vcpu.run(end - vcpu.ran);
        const next = handle(vcpu, exit);
        if (typeof next === 'object') stop(vcpu, next.stop);
        if (next === 'advance' || next === 'block') vcpu.pc += 'length' in exit ? BigInt(exit.length) : 0n;
        if (next === 'block') vcpu.state = 'blocked';
      }
    }
  }
};
