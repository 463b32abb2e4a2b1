// Edit this file: `npx hv watch 03` grades it at every save, `npx hv reset 03` brings this original back.
// 03 · The virtual supervisor: do for a deprivileged kernel what the processor would have done.
//
// The guest's kernel executed `instruction` in what it believes to be S-mode (or its user program did, in U-mode), and it
// trapped. Emulate it on `vcpu`, the guest's virtual registers: the six CSR instructions on every CSR that a supervisor
// has, sret, wfi and sfence.vma. Return 'advance', 'redirected' (sret: you have set the pc), 'block' (wfi), or 'illegal'
// for whatever this mode may not do, or this processor does not have. Each CSR keeps only what is legal (WARL).
import { todo, type Parts } from '#vmm';

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => todo('emulate one privileged instruction');
