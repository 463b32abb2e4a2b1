# Alarms 0, 3, ... 18 ticks ahead while the kernel counts and often comes out, then while a user program counts and never does: how far each
# comes, the counter says.
_start:
    la sp, stack_top
    la t0, rings
    csrw stvec, t0
    li t0, 0x20                 # STIE
    csrw sie, t0
    li s0, 0                    # ticks ahead
1:  call set_timer
    csrsi sstatus, 2
2:  addi s1, s1, 1
    csrr t1, sscratch
    beqz s2, 2b
    csrci sstatus, 2
    li t0, 21
    blt s0, t0, 1b

    li s0, 0
3:  call set_timer
    li t0, 0x120
    csrc sstatus, t0            # SPP = 0, SPIE = 0: interrupts are off, and it is interrupted all the same
    la t0, 4f
    csrw sepc, t0
    la s11, 5f
    sret
4:  addi s1, s1, 1
    j 4b
5:  li t0, 75
    blt s0, t0, 3b
    li a0, 0
    j shutdown

# s0 ticks from now; s1 = s2 = 0, and three ticks more the next time.
set_timer:
    csrr a0, time
    add a0, a0, s0
    addi s0, s0, 3
    li s1, 0
    li s2, 0
    li a7, 0x54494d45
    li a6, 0
    ecall
    ret

    .balign 4
rings:
    csrr s3, scause
    csrr s4, sepc
    csrr s5, sip
    li s2, 1
    li a0, -1                   # never again
    li a7, 0x54494d45
    li a6, 0
    ecall
    csrr s5, sip
    li t0, 0x100
    csrr t1, sstatus
    and t1, t1, t0
    bnez t1, 1f
    csrw sepc, s11              # from the user program: go on with the kernel
    csrs sstatus, t0
1:  sret
    .include "lib.s"
