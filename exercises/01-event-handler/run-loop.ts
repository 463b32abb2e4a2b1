// Edit this file: `npx hv watch 01` grades it at every save, `npx hv reset 01` brings this original back.
// 01 · A hypervisor is an event handler: this is the loop that everything else hangs from.
//
// Give the runnable VCPUs of `vcpus` their turns, round-robin, until all of them are stopped. A turn lasts at most `slice`
// instructions: `vcpu.run(budget)` enters the guest and comes back with an exit. Ask `handle` what to do about it and do it:
// move the pc behind the instruction ('advance'), or leave it alone ('retry', 'redirected'), or move it and let the VCPU
// wait ('block'), or `stop` its VM. Take no more than `exits` exits. When nobody can run, `idle` lets time pass.
import { todo, type Parts } from '#vmm';

export const runLoop: Parts['runLoop'] = (context) => todo('enter the guest, take the exit, dispatch, resume or stop');
