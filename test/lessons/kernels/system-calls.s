# System calls of a user program that look like calls of the firmware.
_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    li t0, 0x5555
    csrw stval, t0              # what an earlier trap left
    la t0, handler
    csrw stvec, t0
    li t0, 0x100
    csrc sstatus, t0
    la t0, user
    csrw sepc, t0
    sret
user:
    li a7, 1
    li a0, 'x'
    ecall                       # looks like a call of the firmware, but comes from U-mode
    li a7, 0x53525354
    ecall
    addi a0, a0, 1
    ecall
    j user
handler:
    csrr t0, scause
    csrr t1, sepc
    csrr t2, stval
    csrr t3, sstatus
    addi t1, t1, 4
    csrw sepc, t1
    addi s0, s0, 1
    li t0, 7
    beq s0, t0, done
    sret
done:
    li a0, 0
    j shutdown
    .include "lib.s"
