# sip while the timer holds an interrupt pending, and while the kernel writes to it.
_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    li a7, 0x54494d45           # SBI timer: at once
    li a6, 0
    li a0, 0
    ecall
    csrr t0, sip
    csrw sip, zero
    csrr t0, sip
    li t1, -1
    csrrw t0, sip, t1
    csrr t0, sip
    csrrci t0, sip, 2
    csrr t0, sip
    csrrsi t0, sip, 2
    csrrc t0, sip, t1
    csrrs t0, sip, t1
    li a0, -1                   # never
    ecall
    csrr t0, sip
    csrw sip, zero
    csrr t0, sip
    li a0, 0
    j shutdown
    .include "lib.s"
