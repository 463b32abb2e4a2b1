# The work and the rests of the guest `ticking`, on a clock that does not tick: the timer is set to the end of each rest, and is
# silent while there is work. What is printed does not depend on how fast time goes.
    .equ REST, 40000            # ticks of `time`: 4 ms, and what bits 13..0 of the work say more
    .equ ROUNDS, 500

_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0
    li t0, 0x20                 # STIE, and sstatus.SIE clear: the interrupt ends a wait and is not taken
    csrw sie, t0
    li s0, 16                   # pieces of work
    li s1, 0

work:
    li t0, ROUNDS
1:  slli s1, s1, 1
    add s1, s1, t0
    srli t1, s1, 7
    xor s1, s1, t1
    addi t0, t0, -1
    bnez t0, 1b
    csrr s2, time
    call rest_of
    add s2, s2, t0
    mv a0, s2
    li a7, 0x54494d45
    li a6, 0
    ecall
2:  wfi
    csrr t0, time
    bltu t0, s2, 2b
    addi s0, s0, -1
    bnez s0, work

    la a0, text
    mv a1, s1
    call put_value
    li a0, 0
    j shutdown
# t0 = the ticks that the next rest lasts.
rest_of:
    li t0, REST
    slli t1, s1, 50
    srli t1, t1, 50
    add t0, t0, t1
    ret

text:   .asciz "work done: "
    .balign 4
    .include "lib.s"
