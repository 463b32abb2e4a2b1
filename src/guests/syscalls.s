# 1,000 system calls of a user program, without paging: what a call costs when a hypervisor stands between.
    .equ CALLS, 1000

_start:
    la sp, stack_top
    la t0, handler
    csrw stvec, t0
    li t0, 0x100                # SPP = 0: sret goes to U-mode
    csrc sstatus, t0
    la t0, user
    csrw sepc, t0
    li s0, 0
    sret

user:
    li s1, CALLS
    li s2, 0                    # sum of the answers
1:  li a0, 3
    ecall                       # returns a0 + 4
    add s2, s2, a0
    addi s1, s1, -1
    bnez s1, 1b
    li a0, 0                    # the end
    ecall

    .balign 4
handler:
    csrr t0, sepc
    addi t0, t0, 4
    csrw sepc, t0
    beqz a0, done
    addi s0, s0, 1
    addi a0, a0, 4
    sret
done:
    la a0, text_calls
    mv a1, s0
    call put_value
    la a0, text_sum
    mv a1, s2
    call put_value
    li a0, 0
    j shutdown
text_calls: .asciz "calls: "
text_sum:   .asciz "sum: "
    .balign 4
    .include "lib.s"
