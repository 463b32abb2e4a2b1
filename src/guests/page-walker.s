# Goes through 64 pages under Sv39 again and again: after the first round every translation is known.
    .equ ROOT, 0x80300000
    .equ MIDDLE, 0x80301000
    .equ LAST, 0x80302000
    .equ FRAMES, 0x80310000
    .equ PAGES, 64
    .equ ROUNDS, 8
    .equ HERE, 0x40000000

_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0
    li t0, ROOT
    li t1, 0x200000cf           # memory at its own address
    sd t1, 16(t0)
    li t1, (MIDDLE >> 2) + 1
    sd t1, 8(t0)                # HERE
    li t0, MIDDLE
    li t1, (LAST >> 2) + 1
    sd t1, 0(t0)
    li t0, LAST
    li t1, (FRAMES >> 2) + 0xc7 # V R W A D
    li t2, PAGES
1:  sd t1, 0(t0)
    addi t0, t0, 8
    addi t1, t1, 0x400          # the next frame
    addi t2, t2, -1
    bnez t2, 1b
    li t0, ROOT >> 12
    li t1, 8
    slli t1, t1, 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma

    li s1, ROUNDS
    li s4, 0
    li t3, 4096
2:  li s0, HERE
    li s2, PAGES
3:  ld t0, 8(s0)                # each page counts its visits
    addi t0, t0, 1
    sd t0, 8(s0)
    add s4, s4, t0
    add s0, s0, t3
    addi s2, s2, -1
    bnez s2, 3b
    csrci sstatus, 2            # one exit a round, as a kernel causes that masks interrupts
    addi s1, s1, -1
    bnez s1, 2b
    la a0, text_visits
    mv a1, s4
    call put_value
    li a0, 0
    j shutdown
text_visits: .asciz "visits counted: "
    .balign 4
    .include "lib.s"
