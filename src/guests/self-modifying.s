# Writes instructions and executes them: in place, with fence.i between, and through a second address of the same page.
    .equ LEAF, 0xcf             # page-table entry: V R W X A D

_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0

# The same two instructions again and again, with another constant each time: li a0, n; ret.
    la s0, patch
    li s1, 0                    # n
    li s2, 0                    # sum of what the patched routine returned
1:  slli t0, s1, 20             # addi a0, zero, n is n << 20 | 0x513
    ori t0, t0, 0x513
    sw t0, 0(s0)
    fence.i
    jalr s0
    add s2, s2, a0
    addi s1, s1, 1
    li t0, 100
    blt s1, t0, 1b
    la a0, text_sum
    mv a1, s2
    call put_value

# A loop that overwrites its own next instruction.
    la s0, target
    li t0, 0x00200513           # li a0, 2
    li s2, 0
    li s1, 2
2:  fence.i
target:
    .word 0x00100513            # li a0, 1
    add s2, s2, a0
    sw t0, 0(s0)
    addi s1, s1, -1
    bnez s1, 2b
    la a0, text_loop
    mv a1, s2
    call put_value

# Sv39: memory at its own address (one 1 GiB leaf), and at 0x40000000 once more. Write here, execute there.
    la s3, root
    li t0, 0x20000000           # PPN of 0x80000000, << 10
    ori t0, t0, LEAF
    sd t0, 16(s3)               # VPN[2] = 2: 0x80000000
    sd t0, 8(s3)                # VPN[2] = 1: 0x40000000
    srli t0, s3, 12
    li t1, 8
    slli t1, t1, 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma
    la s0, patch
    li t0, 0x40000000
    sub s4, s0, t0              # patch under its second address
    li s1, 0
    li s2, 0
3:  slli t0, s1, 20
    ori t0, t0, 0x513
    andi t1, s1, 1
    beqz t1, 4f
    sw t0, 0(s0)                # odd numbers: written here, executed there
    fence.i
    jalr s4
    j 5f
4:  sw t0, 0(s4)                # even numbers: the other way round
    fence.i
    jalr s0
5:  add s2, s2, a0
    addi s1, s1, 1
    li t0, 100
    blt s1, t0, 3b
    la a0, text_twice
    mv a1, s2
    call put_value
    li a0, 0
    j shutdown

text_sum:   .asciz "sum of the patched constants: "
text_loop:  .asciz "sum of the loop: "
text_twice: .asciz "sum under two addresses: "

    .balign 4096
patch:
    .word 0x00000513            # li a0, 0
    ret
    .balign 4096
root:
    .zero 4096
    .include "lib.s"
