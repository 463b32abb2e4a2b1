# Loads, stores and fetches on pages of every kind: from S-mode, from S-mode with SUM and with MXR, and from U-mode.
    .equ ROOT, 0x80310000
    .equ MIDDLE, 0x80311000
    .equ LAST, 0x80312000
    .equ FRAME, 0x80300000      # of the page that is probed, at PAGE
    .equ PAGE, 0x40000000
    .equ USER_FRAME, 0x80301000 # of the page behind it: the probes once more, for U-mode
    .equ USER_PROBES, 0x40001000
    .equ EBREAK, 0x00100073
    .equ SUM, 0x40000
    .equ MXR, 0x80000

    .option norvc               # a probe has eight bytes

_start:
    la sp, stack_top
    la t0, skip_trap
    csrw stvec, t0
    li t0, ROOT
    li t1, (MIDDLE >> 2) + 1
    sd t1, 8(t0)
    li t1, 0x200000cf           # memory at its own address
    sd t1, 16(t0)
    li t0, MIDDLE
    li t1, (LAST >> 2) + 1
    sd t1, 0(t0)
    li s3, LAST
    li t1, (USER_FRAME >> 2) + 0x5b # V R X U A
    sd t1, 8(s3)
    la t0, probes
    la t2, probes_end
    li t1, USER_FRAME
1:  lw t3, 0(t0)
    sw t3, 0(t1)
    addi t0, t0, 4
    addi t1, t1, 4
    bne t0, t2, 1b
    li t0, FRAME                # a fetch that is allowed finds ebreak
    li t1, EBREAK
    sw t1, 12(t0)
    li t0, ROOT >> 12
    li t1, 8 << 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma

    li s0, PAGE
    la s4, entries
    la s5, entries_end
1:  ld t0, 0(s4)
    sd t0, 0(s3)
    sfence.vma
    call probe
    ld t0, 0(s3)                # A and D, as the accesses left them
    addi s4, s4, 8
    bne s4, s5, 1b
    li s0, 0x8000000000         # not canonical
    call probe
    li s0, -4096                # canonical and not mapped
    call probe
    li a0, 0
    j shutdown

# All three probes on the page s0, in each of the four ways.
probe:
    li t0, SUM + MXR
    csrc sstatus, t0
    la s2, 1f
    j in_supervisor
1:  li t0, SUM
    csrs sstatus, t0
    la s2, 1f
    j in_supervisor
1:  li t0, SUM
    csrc sstatus, t0
    li t0, MXR
    csrs sstatus, t0
    la s2, 1f
    j in_supervisor
1:  li s1, USER_PROBES
    mv s2, ra
    li a3, 0                    # SPP of the sret that goes to the probes
    j each
in_supervisor:
    la s1, probes
    li a3, 0x100
each:
    addi a2, s1, 24
1:  li t0, 0x100
    csrc sstatus, t0
    csrs sstatus, a3
    csrw sepc, s1
    la s11, 2f
    sret
2:  addi s1, s1, 8
    bne s1, a2, 1b
    jr s2
probes:
    lw t3, 4(s0)
    ebreak
    sw zero, 8(s0)
    ebreak
    jalr t3, 12(s0)
    ebreak
probes_end:

    .balign 8
entries:                        # of PAGE
    .dword 0                                # not valid
    .dword (FRAME >> 2) + 0xc1              # a pointer, at the last level
    .dword (FRAME >> 2) + 0xc3, (FRAME >> 2) + 0xc7, (FRAME >> 2) + 0xc9, (FRAME >> 2) + 0xcb # for S-mode
    .dword (FRAME >> 2) + 0xd3, (FRAME >> 2) + 0xd7, (FRAME >> 2) + 0xd9, (FRAME >> 2) + 0xdf # for U-mode
    .dword (FRAME >> 2) + 0xc5              # W without R
    .dword (FRAME >> 2) + 0x03, (FRAME >> 2) + 0x47, (FRAME >> 2) + 0x17 # A or D still to be set
entries_end:
    .include "lib.s"
