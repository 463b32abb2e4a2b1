# Counts with load-reserved and store-conditional: a hypervisor that leaves and re-enters must not starve the loop.
_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0
    la s0, counter
    li s1, 1000
1:  lr.d t0, (s0)
    addi t0, t0, 1
    sc.d t1, t0, (s0)
    bnez t1, 1b
    addi s1, s1, -1
    bnez s1, 1b
    ld a1, 0(s0)
    la a0, text_counted
    call put_value

    lr.d t0, (s0)               # to another address than the reserved one: must fail, and store nothing
    addi t2, s0, 64
    sc.d a1, t0, (t2)
    snez a1, a1
    la a0, text_other
    call put_value
    sc.d a1, t0, (s0)           # without a reservation: the one before used it up
    snez a1, a1
    la a0, text_none
    call put_value
    li a0, 0
    j shutdown
text_counted:   .asciz "counted to "
text_other:     .asciz "sc elsewhere failed: "
text_none:      .asciz "sc without a reservation failed: "
    .balign 64
counter:
    .zero 128
    .include "lib.s"
