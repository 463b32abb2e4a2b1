// Edit this file: `npx hv watch 04` grades it at every save, `npx hv reset 04` brings this original back.
// 04 · Whose trap is this? A trap has arrived at the hypervisor while the guest ran.
//
// `owner`: does it belong to the guest (its user program called its kernel, or somebody touched a page that the guest's own
// table forbids), or to you (the guest's kernel needs its firmware or a privileged instruction, or the shadow was behind the
// guest's table)? Decide, and change nothing.
// `deliver`: do to the virtual CSRs, the mode and the pc what the hardware does when a trap enters S-mode (Privileged,
// "Supervisor Trap Handling": sepc, scause, stval, sstatus.SPP/SPIE/SIE, stvec).
import { todo, type Parts } from '#vmm';

export const reflect: Parts['reflect'] = {
  owner: (trap, vcpu) => todo('decide whose trap this is'),

  deliver: (trap, vcpu) => todo('enter the trap handler of the guest'),
};
