# Reads sip until the timer's bit is there, for alarms of many distances; and what sets the bit at once, clears it, or never sets it.
_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0
    li s0, 1
1:  csrr a0, time
    add a0, a0, s0
    call set_timer
2:  csrr t0, sip
    beqz t0, 2b
    csrr s1, time
    csrr t0, sip                # still there: nobody has set the timer
    addi s0, s0, 9
    li t0, 30
    blt s0, t0, 1b

    la s2, 8f
3:  ld a0, 0(s2)
    call set_timer
    csrr t0, sip
    li t1, 15
4:  addi t1, t1, -1
    bnez t1, 4b
    csrr t0, sip
    addi s2, s2, 8
    la t0, 9f
    bltu s2, t0, 3b
    li a0, 0
    j shutdown
set_timer:
    li a7, 0x54494d45
    li a6, 0
    ecall
    ret
    .balign 8
8:  .dword 0, 1, -1, 0, 0x7fffffffffffffff, 1, 0x1000000000000, 0, 0x8000000000000000
9:
    .include "lib.s"
