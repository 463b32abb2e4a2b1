# Mixes what ways to virtualize memory are good and bad at. An update gives a page another frame, as a kernel does that maps or
# swaps, and a miss is a load whose translation the TLB has lost. How many of each makes a round is a parameter, in this image.
    .equ ROOT, 0x80300000
    .equ MIDDLE, 0x80301000
    .equ LAST_ONE, 0x80302000
    .equ LAST_OTHER, 0x80303000
    .equ LAST_CHANGING, 0x80304000
    .equ FRAMES, 0x80310000
    .equ ONE, 0x40000000
    .equ OTHER, 0x44000000      # 64 MiB further: in this machine's TLB (16,384 places, one for each page) both want the same place
    .equ CHANGING, 0x40210000

_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0
    li t0, ROOT
    li t1, 0x200000cf           # memory at its own address: V R W X A D, 1 GiB
    sd t1, 16(t0)
    li t1, (MIDDLE >> 2) + 1
    sd t1, 8(t0)
    li t0, MIDDLE
    li t1, (LAST_ONE >> 2) + 1
    sd t1, 0(t0)
    li t1, (LAST_OTHER >> 2) + 1
    sd t1, 256(t0)              # 64 MiB are 32 entries
    li t1, (LAST_CHANGING >> 2) + 1
    sd t1, 8(t0)
    li t1, (FRAMES >> 2) + 0xc7 # V R W A D
    li t2, 0x400                # from frame to frame
    li t0, LAST_ONE
    sd t1, 0(t0)
    add t1, t1, t2
    li t0, LAST_OTHER
    sd t1, 0(t0)
    add s5, t1, t2              # what CHANGING gets in turn: frames 2 and 3
    add s6, s5, t2
    xor s6, s6, s5
    li s7, LAST_CHANGING + 128  # its entry, number 16
    sd s5, 0(s7)
    li t0, FRAMES               # each frame says who it is
    li t1, 4096
    li t2, 3
    sd t2, 0(t0)
    add t0, t0, t1
    li t2, 5
    sd t2, 0(t0)
    add t0, t0, t1
    li t2, 7
    sd t2, 0(t0)
    add t0, t0, t1
    li t2, 11
    sd t2, 0(t0)
    li t0, ROOT >> 12
    li t1, 8
    slli t1, t1, 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma

    la t0, rounds
    ld s0, 0(t0)
    ld s1, 8(t0)
    ld s2, 16(t0)
    li s3, 0                    # sum of all that was read
    li s4, 0                    # updates and misses done
    li s11, 0
    li s8, CHANGING
    li s9, ONE
    li s10, OTHER
    beqz s0, 4f
1:  mv t2, s1
    beqz t2, 2f
5:  xor s5, s5, s6
    sd s5, 0(s7)
    sfence.vma s8
    ld t0, 0(s8)
    add s3, s3, t0
    addi s4, s4, 1
    addi t2, t2, -1
    bnez t2, 5b
2:  mv t2, s2
    beqz t2, 3f
6:  ld t0, 0(s9)
    add s3, s3, t0
    mv t0, s9                   # and the other one next
    mv s9, s10
    mv s10, t0
    addi s11, s11, 1
    addi t2, t2, -1
    bnez t2, 6b
3:  addi s0, s0, -1
    bnez s0, 1b

4:  la a0, text_updates
    mv a1, s4
    call put_value
    la a0, text_misses
    mv a1, s11
    call put_value
    la a0, text_sum
    mv a1, s3
    call put_value
    li a0, 0
    j shutdown
text_updates:   .asciz "updates: "
text_misses:    .asciz "misses: "
text_sum:       .asciz "sum: "
    .balign 8
rounds:         .dword 4        # rounds, then updates and misses in each; whoever loads this guest may put other numbers here
                .dword 8
                .dword 56
    .include "lib.s"
