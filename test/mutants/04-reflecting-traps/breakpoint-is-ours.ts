/** Keeps breakpoints and misaligned atomics from the guest, as if it had to be asked for each trap what the hypervisor makes of it. */
import type { Parts } from '#vmm';
import { reflect as right } from '../../../solutions/04-reflecting-traps/reflect';

export const group = 'Safety';
export const sentence =
  "A breakpoint or a misaligned atomic needs nothing that a hypervisor knows and the guest's kernel does not: it is the guest's. You keep it. Only firmware calls, instructions that the guest may be allowed, and pages that its table allows are yours.";

const OTHERS = [3, 4, 6];

export const reflect: Parts['reflect'] = {
  owner: (trap, vcpu) => (OTHERS.includes(trap.cause) ? 'vmm' : right.owner(trap, vcpu)),
  deliver: right.deliver,
};
