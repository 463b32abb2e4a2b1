# Page tables that map themselves: one as a page of data, one as its own next level.
    .equ ROOT, 0x80300000
    .equ MIDDLE, 0x80301000
    .equ LAST, 0x80302000       # for addresses below 2 MiB
    .equ FIRST, 0x80303000      # two frames to tell apart
    .equ SECOND, 0x80304000
    .equ WINDOW, 0x5000         # LAST, as a page of data: entry 5 of itself
    .equ PAGE, 0x6000           # what entry 6 says

_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    li t0, FIRST
    li t1, 0x1111
    sd t1, 0(t0)
    li t0, SECOND
    li t1, 0x2222
    sd t1, 0(t0)

    li t0, ROOT
    li t1, (MIDDLE >> 2) + 1
    sd t1, 0(t0)
    li t1, (ROOT >> 2) + 1
    sd t1, 8(t0)                # a pointer to itself
    li t1, 0x200000cf           # memory at its own address
    sd t1, 16(t0)
    li t0, MIDDLE
    li t1, (LAST >> 2) + 1
    sd t1, 0(t0)
    li t0, LAST
    li t1, (LAST >> 2) + 0xc7
    sd t1, 40(t0)               # WINDOW
    li t1, (FIRST >> 2) + 0xc7
    sd t1, 48(t0)               # PAGE
    li t0, ROOT >> 12
    li t1, 8
    slli t1, t1, 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma

    la s0, text_first
    call look
    li t0, WINDOW               # entry 6, changed through entry 5
    li t1, (SECOND >> 2) + 0xc7
    sd t1, 48(t0)
    sfence.vma
    la s0, text_second
    call look
    li t0, WINDOW
    sd zero, 48(t0)
    li t0, PAGE                 # this time the fence names the page
    sfence.vma t0, zero
    la s0, text_gone
    call look
    li t0, WINDOW               # entry 5 takes its own right to write away
    li t1, (LAST >> 2) + 0xc3
    sd t1, 40(t0)
    sfence.vma
    li t0, WINDOW
    li s10, -1
    la s11, 1f
    sd t1, 48(t0)
1:  la a0, text_locked
    mv a1, s10
    call put_value

# Entry 1 of the root points to the root: entry 2, a leaf, is met one level further down and maps 2 MiB of 0x80000000.
    li t0, 0x80100000
    li t1, 0x3333
    sd t1, 0(t0)
    li t0, 0x40500000
    ld a1, 0(t0)
    la a0, text_loop
    call put_value
    li t0, 0x40201000           # entry 1 at every level: no leaf is ever met
    li s10, -1
    la s11, 1f
    ld t0, 0(t0)
1:  la a0, text_endless
    mv a1, s10
    call put_value
    li a0, 0
    j shutdown

# Prints the text s0, and what is on PAGE, or the cause of the trap.
look:
    addi sp, sp, -16
    sd ra, 0(sp)
    li t0, PAGE
    la s11, 1f
    ld s10, 0(t0)
1:  mv a0, s0
    mv a1, s10
    call put_value
    ld ra, 0(sp)
    addi sp, sp, 16
    ret

text_first:     .asciz "page: "
text_second:    .asciz "page, changed through the table's own page: "
text_gone:      .asciz "page, removed: "
text_locked:    .asciz "store to the table that locked itself: "
text_loop:      .asciz "through the root as its own second level: "
text_endless:   .asciz "through the root at every level: "
    .balign 4
    .include "lib.s"
