# Says hello and ends: the smallest guest. Shows the exits of a console and of a reset.
_start:
    la sp, stack_top
    mv s1, a0                   # hart id
    la a0, greeting
    call puts
    addi a0, s1, '0'
    call putc
    li a0, 10
    call putc
    li a0, 0
    j shutdown
greeting:
    .asciz "Hello from S-mode, hart "
    .balign 4
    .include "lib.s"
