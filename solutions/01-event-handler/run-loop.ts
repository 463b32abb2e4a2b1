// 01 · A hypervisor is an event handler: this is the loop that everything else hangs from.
//
// Give the runnable VCPUs of `vcpus` their turns, round-robin, until all of them are stopped. A turn lasts at most `slice`
// instructions: `vcpu.run(budget)` enters the guest and comes back with an exit. Ask `handle` what to do about it and do it:
// move the pc behind the instruction ('advance'), or leave it alone ('retry', 'redirected'), or move it and let the VCPU
// wait ('block'), or `stop` its VM. Take no more than `exits` exits. When nobody can run, `idle` lets time pass.
// #region solution: import { todo, type Parts } from '#vmm';
import type { Next, Parts, RunLoopContext, Vcpu, VmExit } from '#vmm';
// #endregion

// #region solution: export const runLoop: Parts['runLoop'] = (context) => todo('enter the guest, take the exit, dispatch, resume or stop');
export const runLoop: Parts['runLoop'] = (context) => {
  const allowance = { exits: context.exits };
  for (;;) {
    // Waiting and being over look alike here, but only who waits can be woken.
    if (context.vcpus.every((vcpu) => vcpu.state === 'stopped')) return 'all-stopped';
    const runnable = context.vcpus.filter((vcpu) => vcpu.state === 'runnable');
    if (runnable.length === 0 && !context.idle()) return 'deadlock';
    for (const vcpu of runnable) {
      if (!turn(context, vcpu, allowance)) return 'out-of-budget';
    }
  }
};

/**
 * One VCPU's turn; false if the allowance of exits ran out. The turn is counted in instructions, not in exits: a guest that
 * calls its hypervisor often would otherwise get the processor for a few instructions where its neighbour gets a whole slice.
 */
function turn(context: RunLoopContext, vcpu: Vcpu, allowance: { exits: number }): boolean {
  const end = vcpu.ran + context.slice;
  // The state is looked at before every entry: another VCPU's exit, or our own, may have changed it.
  while (vcpu.state === 'runnable' && vcpu.ran < end) {
    if (allowance.exits === 0) return false;
    allowance.exits--;
    const exit = vcpu.run(end - vcpu.ran);
    apply(context, vcpu, exit, context.handle(vcpu, exit));
  }
  return true;
}

/** Carries out what the handler decided. The pc moves here and nowhere else. */
function apply(context: RunLoopContext, vcpu: Vcpu, exit: VmExit, next: Next): void {
  if (typeof next === 'object') context.stop(vcpu, next.stop);
  if (next === 'advance' || next === 'block') vcpu.pc += lengthOf(exit);
  // Not every wait is one: if an interrupt is pending already, the VCPU stays runnable.
  if (next === 'block') vcpu.state = 'blocked';
  // 'retry': the pc stands at the instruction, which will now succeed. 'redirected': it stands at a trap handler, or where
  // sret went. To advance after these two would skip an instruction that the guest has not executed.
}

/** Bytes of the instruction that the hypervisor completed. Exits without one never end in 'advance'. */
function lengthOf(exit: VmExit): bigint {
  return 'length' in exit ? BigInt(exit.length) : 0n;
}
// #endregion
