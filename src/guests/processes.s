# Eight processes take turns: each has tables of its own, the same two user addresses, and the kernel in the upper half of them all.
    .equ PROCESSES, 8
    .equ ROUNDS, 16
    .equ KERNEL, 0x80300000     # the kernel's table, to which all roots point
    .equ PROGRAM_FRAME, 0x80301000
    .equ SPACES, 0x80310000     # of each process: root, middle, last, data
    .equ CODE, 0x40000000
    .equ DATA, 0x40001000
    .equ TO_PAGE, 0x1000

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
    ld t1, 0(t0)
    ld t2, 8(t0)
    li t0, PROGRAM_FRAME
    sd t1, 0(t0)
    sd t2, 8(t0)

    li s0, SPACES
    li s1, PROCESSES
    li s2, TO_PAGE
1:  add t2, s0, s2              # middle
    srli t1, t2, 2
    addi t1, t1, 1
    sd t1, 8(s0)
    li t1, (KERNEL >> 2) + 1
    sd t1, 16(s0)
    add t3, t2, s2              # last
    srli t1, t3, 2
    addi t1, t1, 1
    sd t1, 0(t2)
    li t1, (PROGRAM_FRAME >> 2) + 0x1b # V R X U
    sd t1, 0(t3)
    add s0, t3, s2              # data
    srli t1, s0, 2
    addi t1, t1, 0x17           # V R W U: nobody has used it yet
    sd t1, 8(t3)
    sd zero, 0(s0)
    add s0, s0, s2
    addi s1, s1, -1
    bnez s1, 1b

    la t0, back
    csrw stvec, t0
    li s3, ROUNDS
    li s4, 8
    slli s4, s4, 60             # Sv39
round:
    li s0, SPACES
    li s1, 0
turn:
    srli t0, s0, 12
    or t0, t0, s4
    csrw satp, t0
    sfence.vma
    li t0, 0x100
    csrc sstatus, t0            # to U-mode
    li t0, CODE
    csrw sepc, t0
    li a0, DATA
    addi a1, s1, 1
    sret
    .balign 4
back:
    csrr t0, scause
    li t1, 8                    # the program's ecall, and nothing else
    bne t0, t1, unexpected_trap
    li t0, 0x4000
    add s0, s0, t0
    addi s1, s1, 1
    li t0, PROCESSES
    bne s1, t0, turn
    addi s3, s3, -1
    bnez s3, round

    li s0, SPACES
    li s1, PROCESSES
    li s2, 0                    # pages with A and D set
    li s3, 0                    # all that was counted
1:  li t0, 0x2000
    add t0, s0, t0
    ld t1, 8(t0)
    andi t1, t1, 0xc0
    addi t1, t1, -0xc0
    seqz t1, t1
    add s2, s2, t1
    li t0, 0x3000
    add t0, s0, t0
    ld t1, 0(t0)
    add s3, s3, t1
    li t0, 0x4000
    add s0, s0, t0
    addi s1, s1, -1
    bnez s1, 1b
    la a0, text_used
    mv a1, s2
    call put_value
    la a0, text_sum
    mv a1, s3
    call put_value
    li a0, 0
    j shutdown

    .balign 8
program:                        # 16 bytes, run in U-mode at CODE
    .option push
    .option norvc
    ld t0, 0(a0)
    add t0, t0, a1
    sd t0, 0(a0)
    ecall
    .option pop
text_used:      .asciz "data pages accessed and dirty: "
text_sum:       .asciz "sum: "
    .balign 4
    .include "lib.s"
