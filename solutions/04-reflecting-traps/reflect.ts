// 04 · Whose trap is this? A trap has arrived at the hypervisor while the guest ran.
//
// `owner`: does it belong to the guest (its user program called its kernel, or somebody touched a page that the guest's own
// table forbids), or to you (the guest's kernel needs its firmware or a privileged instruction, or the shadow was behind the
// guest's table)? Decide, and change nothing.
// `deliver`: do to the virtual CSRs, the mode and the pc what the hardware does when a trap enters S-mode (Privileged,
// "Supervisor Trap Handling": sepc, scause, stval, sstatus.SPP/SPIE/SIE, stvec).
// #region solution: import { todo, type Parts } from '#vmm';
import type { Access, GuestTrap, Injection, Parts, VirtualHart } from '#vmm';

const ILLEGAL_INSTRUCTION = 2;
const ECALL_FROM_U = 8;
/** The page faults, by what the guest was trying to do. */
const PAGE_FAULTS: Readonly<Record<number, Access | undefined>> = { 12: 'fetch', 13: 'load', 15: 'store' };

const INTERRUPT = 1n << 63n;
const SIE = 1n << 1n;
const SPIE = 1n << 5n;
const SPP = 1n << 8n;
/** stvec: MODE is bits 1:0, BASE the rest. */
const MODE = 3n;
const VECTORED = 1n;
// #endregion

export const reflect: Parts['reflect'] = {
  // #region solution: owner: (trap, vcpu) => todo('decide whose trap this is'),
  owner({ cause, tval }: GuestTrap, vcpu: VirtualHart) {
    // Kernel and user program both run in the real U-mode, so both make the same ecall. Only the virtual mode tells a system
    // call, which the guest's kernel must get, from an SBI call, which is for us.
    if (cause === ECALL_FROM_U) return vcpu.mode === 'U' ? 'guest' : 'vmm';

    // Whether an instruction is illegal depends on virtual CSRs (may this user program read `time`?), so whoever
    // emulates them decides, for both modes. If the answer is no, the guest gets its exception from there.
    if (cause === ILLEGAL_INSTRUCTION) return 'vmm';

    // True fault or hidden fault? The guest's own table knows: a processor would have looked there and nowhere else.
    const access = PAGE_FAULTS[cause];
    if (access) return vcpu.walk(tval, access).ok ? 'vmm' : 'guest';

    // Breakpoints, misaligned atomics: the guest did them, and we know nothing about them that its kernel does not.
    return 'guest';
  },
  // #endregion

  // #region solution: deliver: (trap, vcpu) => todo('enter the trap handler of the guest'),
  deliver({ cause, interrupt, tval }: Injection, vcpu: VirtualHart) {
    const { csr } = vcpu;
    csr.sepc = vcpu.pc; // of the instruction itself, also for an ecall: skipping it is the kernel's business
    csr.scause = BigInt(cause) | (interrupt ? INTERRUPT : 0n);
    csr.stval = tval;

    // Remember where we come from (SPP) and whether interrupts were on (SPIE); off they go, so that the handler
    // can save its registers before the next one arrives.
    const spp = vcpu.mode === 'S' ? SPP : 0n;
    const spie = csr.sstatus & SIE ? SPIE : 0n;
    csr.sstatus = (csr.sstatus & ~(SPP | SPIE | SIE)) | spp | spie;
    vcpu.mode = 'S';

    // Only interrupts are vectored: BASE + 4 x cause. Exceptions always go to BASE.
    const base = csr.stvec & ~MODE;
    const vectored = interrupt && (csr.stvec & MODE) === VECTORED;
    vcpu.pc = vectored ? base + 4n * BigInt(cause) : base;
  },
  // #endregion
};
