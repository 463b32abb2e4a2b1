# Reads where nothing is, and its trap handler says so and gives up: one virtual machine ends, the others go on.
_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0
    la a0, greeting
    call puts
    li t0, 0x1000000            # neither memory nor a device on this board
    ld t0, 0(t0)
    la a0, survived
    call puts
    li a0, 0
    j shutdown
greeting:
    .asciz "about to crash\n"
survived:
    .asciz "and yet it runs\n"
    .balign 4
    .include "lib.s"
