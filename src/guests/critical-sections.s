# 500 times interrupts off, a little work, interrupts on again: what a kernel does around every lock.
    .equ SECTIONS, 500

_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0
    li s0, SECTIONS
    li s1, 0
    csrsi sstatus, 2
1:  csrrci s2, sstatus, 2       # off, and remember how it was
    add s1, s1, s0
    andi s2, s2, 2
    csrs sstatus, s2            # as it was
    addi s0, s0, -1
    bnez s0, 1b
    csrr a1, sstatus
    andi a1, a1, 2
    la a0, text_enabled
    call put_value
    la a0, text_sum
    mv a1, s1
    call put_value
    li a0, 0
    j shutdown
text_enabled:   .asciz "interrupts still on: "
text_sum:       .asciz "sum: "
    .balign 4
    .include "lib.s"
