# A process that forks again and again. Parent and child share all pages, read-only, until one of them stores: copy on write.
# Tables of children that have ended are used again for others.
    .equ FORKS, 16
    .equ PAGES, 8               # of data, in each process
    .equ KERNEL, 0x80300000     # the kernel's table, to which all roots point
    .equ PROGRAM_FRAME, 0x80301000
    .equ PARENT, 0x80310000     # of a process: root, middle, last
    .equ CHILDREN, 0x80314000   # four of these, in turn
    .equ FRAMES, 0x80330000     # the parent's pages
    .equ COPIES, 0x80340000     # frames for copies
    .equ DATA, 0x40000000
    .equ CODE, 0x40010000
    .equ W, 4

_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0
    li t0, KERNEL               # memory at its own address, in two pages of 2 MiB
    li t1, 0x200000cf           # V R W X A D
    sd t1, 0(t0)
    li t1, 0x200800cf
    sd t1, 8(t0)
    la t0, program
    la t2, program_end
    li t1, PROGRAM_FRAME
1:  lw t3, 0(t0)
    sw t3, 0(t1)
    addi t0, t0, 4
    addi t1, t1, 4
    bne t0, t2, 1b
    li a0, PARENT
    call make_tables
    li t0, PARENT + 0x2000
    li t1, (FRAMES >> 2) + 0x17 # V R W U
    li t2, PAGES
1:  sd t1, 0(t0)
    addi t0, t0, 8
    addi t1, t1, 0x400
    addi t2, t2, -1
    bnez t2, 1b
    la t0, trapped
    csrw stvec, t0

    li s0, 0                    # forks so far
    li s1, CHILDREN
    li s5, 0                    # page faults
    li s6, 0                    # sum of what children found in their copies
    li a2, 0
    li s3, PARENT
    call run                    # fills its pages
fork:
    mv a0, s1
    call make_tables
    li t0, PARENT + 0x2000
    li t1, 0x2000
    add t1, s1, t1
    li t2, PAGES
1:  ld t3, 0(t0)
    andi t3, t3, ~W             # for both
    sd t3, 0(t0)
    sd t3, 0(t1)
    addi t0, t0, 8
    addi t1, t1, 8
    addi t2, t2, -1
    bnez t2, 1b
    sfence.vma
    li s7, COPIES
    addi a2, s0, 1              # what it adds to each of its words
    mv s3, s1
    call run
    li t0, COPIES               # the child has ended; its copies can be read, and used again
    li t1, 0x1000
1:  beq t0, s7, 2f
    ld t2, 0(t0)
    add s6, s6, t2
    add t0, t0, t1
    j 1b
2:  li t0, 0x2000
    add t0, s1, t0
    li t1, PAGES
1:  sd zero, 0(t0)
    addi t0, t0, 8
    addi t1, t1, -1
    bnez t1, 1b
    li s7, 0                    # the pages are the parent's alone now
    li a2, 1
    li s3, PARENT
    call run
    li t0, 0x4000               # next child
    add s1, s1, t0
    li t0, CHILDREN + 0x10000
    bne s1, t0, 3f
    li s1, CHILDREN
3:  addi s0, s0, 1
    li t0, FORKS
    bne s0, t0, fork

    la a0, text_faults
    mv a1, s5
    call put_value
    la a0, text_children
    mv a1, s6
    call put_value
    li t0, FRAMES
    li t1, 0x1000
    li t2, PAGES
    li a1, 0
1:  ld t3, 0(t0)
    add a1, a1, t3
    add t0, t0, t1
    addi t2, t2, -1
    bnez t2, 1b
    la a0, text_parent
    call put_value
    li a0, 0
    j shutdown

# The tables of a process at a0, without pages of data.
make_tables:
    li t0, 0x1000
    add t1, a0, t0              # middle
    srli t2, t1, 2
    addi t2, t2, 1
    sd t2, 8(a0)
    li t2, (KERNEL >> 2) + 1
    sd t2, 16(a0)
    add t0, t1, t0              # last
    srli t2, t0, 2
    addi t2, t2, 1
    sd t2, 0(t1)
    li t2, (PROGRAM_FRAME >> 2) + 0x5b # V R X U A
    sd t2, 128(t0)
    ret

# Lets the process with tables s3 run its program with a2, until it calls.
run:
    mv s8, ra
    srli t0, s3, 12
    li t1, 8
    slli t1, t1, 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma
    li t0, 0x100
    csrc sstatus, t0
    li t0, CODE
    csrw sepc, t0
    li a0, DATA
    li a1, PAGES
    sret
    .balign 4
trapped:
    csrr t0, scause
    li t1, 15
    beq t0, t1, copy
    li t1, 8
    bne t0, t1, unexpected_trap
    jr s8
copy:                           # a store to a page that is shared: stval has its address
    addi s5, s5, 1
    csrr t0, stval
    li t1, DATA
    sub t1, t0, t1
    srli t1, t1, 12
    slli t1, t1, 3
    li t2, 0x2000
    add t2, s3, t2
    add t1, t1, t2              # its entry
    ld t2, 0(t1)
    beqz s7, 1f
    srli t3, t2, 10
    slli t3, t3, 12
    ld t3, 0(t3)                # all there is on a page
    sd t3, 0(s7)
    andi t2, t2, 0x3ff
    srli t3, s7, 2
    or t2, t2, t3
    li t3, 0x1000
    add s7, s7, t3
1:  ori t2, t2, W
    sd t2, 0(t1)
    sfence.vma t0
    sret                        # to U-mode, and once more

    .balign 4
program:                        # in U-mode at CODE: adds a2 to the word on each page, with registers that the kernel leaves alone
    ld a3, 0(a0)
    add a3, a3, a2
    sd a3, 0(a0)
    lui a3, 1
    add a0, a0, a3
    addi a1, a1, -1
    bnez a1, program
    ecall
    .balign 4
program_end:
text_faults:    .asciz "stores to shared pages: "
text_children:  .asciz "sum in the children's copies: "
text_parent:    .asciz "sum in the parent's pages: "
    .balign 4
    .include "lib.s"
