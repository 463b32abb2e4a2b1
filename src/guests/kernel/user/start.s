# Where a program begins: a0 = its arguments, one text.
    .section .text.start
    .globl _start
_start:
    call main
    call exit
