# Says hello through the UART: each character is a load and a store that a device answers.
    .equ UART, 0x10000000       # 16550: transmitter holding register at +0, line status at +5
    .equ THR_EMPTY, 0x20        # line status, bit 5

_start:
    la sp, stack_top
    li s0, UART
    la s1, greeting
1:  lbu t0, 0(s1)
    beqz t0, 3f
2:  lbu t1, 5(s0)
    andi t1, t1, THR_EMPTY
    beqz t1, 2b
    sb t0, 0(s0)
    addi s1, s1, 1
    j 1b
3:  li a0, 0
    j shutdown
greeting:
    .asciz "Hello through the UART\n"
    .balign 4
    .include "lib.s"
