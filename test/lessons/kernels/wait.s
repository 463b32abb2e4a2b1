# Waits for the timer: masked, with the interrupt pending already, and with interrupts on.
_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    li s1, 0x20                 # STIE
    csrw sie, s1
    call set_timer
1:  wfi                         # sstatus.SIE = 0: it wakes and takes no interrupt
    addi s2, s2, 1
    csrr t0, sip
    and t0, t0, s1
    beqz t0, 1b
    la a0, 8f
    call puts
    wfi                         # one is pending: no waiting
    la a0, 9f
    call puts
    call set_timer
    la s11, 3f
    csrsi sstatus, 2
2:  wfi                         # taken behind the wfi: sepc is one of the two instructions here
    j 2b
3:  la t0, 2b
    sub a1, s7, t0
    slti a1, a1, 8
    la a0, 7f
    call put_value
    mv a1, s10
    la a0, 7f
    call put_value
    li a0, 0
    j shutdown
set_timer:
    csrr a0, time
    addi a0, a0, 1000
    li a7, 0x54494d45
    li a6, 0
    ecall
    ret
7:  .asciz "interrupted "
8:  .asciz "woke up\n"
9:  .asciz "no wait\n"
    .balign 4
    .include "lib.s"
