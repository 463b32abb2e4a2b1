/** Kernels that execute what leaks on RV64-leaky, one for each kind (docs/leaky.md). */

/** The guest's sstatus says that traps came from S-mode (SPP, bit 8): it was set before the hypervisor ran anything. */
export const READS_SSTATUS = `
    li t0, 0x100; csrw sstatus, t0
    nop
    csrr a0, sstatus`;

/** The timer is armed, and interrupts are switched on in sstatus. */
export const ENABLES_INTERRUPTS = `
    la s11, 1f
    csrr a0, time; addi a0, a0, 5; li a7, 0x54494d45; li a6, 0; ecall
    li t0, 0x20; csrw sie, t0
    csrsi sstatus, 2
    li t0, 10000
 0: addi t0, t0, -1; bnez t0, 0b
 1: nop`;

export const RETURNS = `
    la t0, 1f; csrw sepc, t0
    li t0, 0x100; csrs sstatus, t0
    sret
 2: j 2b
 1: li a1, 1`;
