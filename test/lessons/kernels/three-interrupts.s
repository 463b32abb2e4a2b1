# Every set of pending interrupts with every set of enabled ones: which of them enters first, which next. In S-mode with SIE set.
    .equ PLIC, 0x0c000000
    .equ UART, 0x10000000
    .equ UART_SOURCE, 0x400     # bit 10
_start:
    la sp, stack_top
    la t0, enters
    csrw stvec, t0
    li t0, PLIC + 40            # priority of source 10
    li t1, 1
    sw t1, 0(t0)
    li t0, UART + 1             # IER: an interrupt while the transmitter is empty, and it is
    li t1, 2
    sb t1, 0(t0)
    li s0, 0                    # pending: bit 0 software, 1 timer, 2 external
1:  li s1, 0                    # enabled, alike
2:  csrci sstatus, 2
    call raise
    mv a0, s1
    call spread
    csrw sie, a0
    csrr s2, sip
    csrsi sstatus, 2
    nop
    nop
    csrci sstatus, 2
    addi s1, s1, 1
    li t0, 8
    blt s1, t0, 2b
    addi s0, s0, 1
    blt s0, t0, 1b
    li a0, 0
    j shutdown

# Makes exactly those interrupts pending that s0 says.
raise:
    mv s3, ra
    andi t0, s0, 1
    csrci sip, 2
    slli t0, t0, 1
    csrs sip, t0
    andi t0, s0, 2
    addi a0, t0, -1             # never, or
    beqz t0, 3f
    li a0, 0                    # long ago
3:  li a7, 0x54494d45
    li a6, 0
    ecall
    andi t0, s0, 4
    slli t0, t0, 8              # source 10 of this hart's S-mode, or none
    li t1, PLIC + 0x2080
    sw t0, 0(t1)
    mv ra, s3
    ret

# Bits 0, 1 and 2 of a0 become those of sie: 1, 5 and 9.
spread:
    andi t0, a0, 1
    slli t0, t0, 1
    andi t1, a0, 2
    slli t1, t1, 4
    andi a0, a0, 4
    slli a0, a0, 7
    or a0, a0, t0
    or a0, a0, t1
    ret

# One has entered. It is disabled, so that the next one can.
    .balign 4
enters:
    csrr t0, scause
    andi t0, t0, 63
    li t1, 1
    sll t1, t1, t0
    csrc sie, t1
    sret
    .include "lib.s"
