# A trap in a trap handler that has interrupts on again; the kernel saves what the second overwrites and returns through both.
_start:
    la sp, stack_top
    la t0, outer
    csrw stvec, t0
    csrsi sstatus, 2
    ebreak
    csrr t0, sstatus
    li a0, 0
    j shutdown

    .balign 4
outer:
    csrr s0, sepc
    csrr s1, scause
    csrr s2, stval
    csrr s3, sstatus
    la t0, inner
    csrw stvec, t0
    csrsi sstatus, 2            # careless: one more trap now, and the first is lost for who has not saved it
    .word 0x0000000b            # no such instruction
    csrr t1, sepc
    csrr t2, scause
    csrr t3, stval
    csrr t4, sstatus
    addi s0, s0, 4
    csrw sepc, s0
    csrw sstatus, s3
    sret

    .balign 4
inner:
    csrr s4, sepc
    csrr s5, scause
    csrr s6, stval
    csrr s7, sstatus
    addi s4, s4, 4
    csrw sepc, s4
    sret
    .include "lib.s"
