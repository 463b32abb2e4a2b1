# 16 pieces of work with a rest of 4 to 6 ms after each, on a clock that ticks: the timer interrupts every millisecond, whether there
# is anything to do or not, as kernels had it for decades. What is printed does not depend on how fast time goes.
    .equ REST, 40000            # ticks of `time`: 4 ms, and what bits 13..0 of the work say more
    .equ ROUNDS, 500

_start:
    la sp, stack_top
    la t0, tick
    csrw stvec, t0
    li t0, 0x20                 # STIE
    csrw sie, t0
    csrr a0, time
    la t0, period
    ld s4, 0(t0)
    add s5, a0, s4              # when the clock ticks next
    mv a0, s5
    call set_timer
    csrsi sstatus, 2
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
2:  wfi
    csrr t0, time
    bltu t0, s2, 2b
    addi s0, s0, -1
    bnez s0, work

    csrci sstatus, 2
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

set_timer:
    li a7, 0x54494d45
    li a6, 0
    ecall
    ret

# The tick: nothing to do but to set the next one. Uses no register that the code it interrupts uses.
    .balign 4
tick:
    add s5, s5, s4
    mv a0, s5
    li a7, 0x54494d45
    li a6, 0
    ecall
    sret

    .balign 8
period: .dword 10000            # ticks of `time` from one tick to the next; hv compare time changes it
text:   .asciz "work done: "
    .balign 4
    .include "lib.s"
