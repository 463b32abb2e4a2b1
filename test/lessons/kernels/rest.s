# Three rests of 10 ms, with nothing to do meanwhile.
_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    li s0, 3
    li s1, 0x20                 # STIE; masked, so that wfi wakes and nothing is taken
    csrw sie, s1
    csrr s2, time
1:  csrr a0, time
    li t0, 100000               # 10 ms
    add a0, a0, t0
    li a7, 0x54494d45
    li a6, 0
    ecall
2:  wfi
    li t0, 0
    csrr t0, sip
    and t0, t0, s1
    beqz t0, 2b
    addi s0, s0, -1
    bnez s0, 1b
    csrr t0, time
    sub t0, t0, s2
    li t1, 300000
    bltu t0, t1, 3f             # that was no rest
    la a0, 9f
    call puts
3:  li a0, 0
    j shutdown
9:  .asciz "rested\n"
    .balign 4
    .include "lib.s"
