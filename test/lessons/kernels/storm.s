# Its timer handler sets no new alarm: the interrupt is still pending when it returns, and enters again, for ever.
_start:
    la sp, stack_top
    la t0, again
    csrw stvec, t0
    li t0, 0x20
    csrw sie, t0
    li a0, 0
    li a7, 0x54494d45
    li a6, 0
    ecall
    csrsi sstatus, 2
1:  addi s1, s1, 1              # never comes here
    j 1b
    .balign 4
again:
    addi s0, s0, 1
    sret
    .include "lib.s"
