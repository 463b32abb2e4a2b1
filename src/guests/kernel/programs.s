# The user programs, as ELF files inside the kernel, and the table by which exec.c finds them.
    .macro program name
    .section .rodata.programs
    .balign 8
9:  .incbin "\name"
8:  .section .rodata.names
7:  .asciz "\name"
    .section .rodata.table
    .quad 7b, 9b, 8b
    .endm

    .section .rodata.table
    .balign 8
    .globl programs, programs_end
programs:
    .include "programs.list"
    .section .rodata.table
programs_end:
