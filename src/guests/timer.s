# Three timer interrupts taken directly, three through a vectored stvec, then two while user code runs.
# What is printed does not depend on how fast time goes.
    .equ STEP, 500              # ticks of `time` from one interrupt to the next
    .equ STIE, 0x20             # sie and sip, bit 5

_start:
    la sp, stack_top
    la t0, direct
    csrw stvec, t0
    li t0, STIE
    csrw sie, t0
    li s0, 0                    # interrupts taken

    call set_timer
    csrsi sstatus, 2
    li s1, 3
1:  wfi                         # may end for no reason: the count decides
    blt s0, s1, 1b
    csrci sstatus, 2
    la a0, text_direct
    mv a1, s0
    call put_value

    la t0, vectors + 1          # MODE 1: an interrupt enters at base + 4 x cause
    csrw stvec, t0
    call set_timer
    csrsi sstatus, 2
    li s1, 6
1:  blt s0, s1, 1b              # without wfi: the interrupt comes between two instructions of a loop
    csrci sstatus, 2
    la a0, text_vectored
    mv a1, s0
    call put_value

# Pending but masked: sip shows it, nothing is taken.
    call set_timer
1:  csrr a1, sip
    andi a1, a1, STIE
    beqz a1, 1b
    la a0, text_pending
    call put_value
    li a0, -1                   # the time that never comes: clears the pending bit
    call set_timer_at
    csrr a1, sip
    la a0, text_cleared
    call put_value

# User code is interrupted whatever sstatus.SIE says. It comes back by a breakpoint.
    la t0, direct
    csrw stvec, t0
    call set_timer
    li s1, 8
    li t0, 0x120
    csrc sstatus, t0            # SPP = 0, SPIE = 0
    la t0, user
    csrw sepc, t0
    sret
user:
    blt s0, s1, user
    ebreak

# Sets the timer STEP ticks from now; set_timer_at: to a0. SBI, "Timer Extension".
set_timer:
    csrr a0, time
    li t0, STEP
    add a0, a0, t0
set_timer_at:
    li a7, 0x54494d45
    li a6, 0
    ecall
    ret

# Counts an interrupt and sets the next. Uses no register that the code it interrupts uses.
    .balign 4
direct:
    csrr s2, scause
    li s3, 0x8000000000000005
    bne s2, s3, 1f
    addi s0, s0, 1
    csrr a0, time
    li t0, STEP
    add a0, a0, t0
    li a7, 0x54494d45
    li a6, 0
    ecall
    sret
1:  li s3, 3                    # the breakpoint that ends the user code
    bne s2, s3, unexpected_trap
    la a0, text_user
    mv a1, s0
    call put_value
    li a0, 0
    j shutdown

    .balign 256
vectors:
    j unexpected_trap
    .balign 4
    j unexpected_trap
    .balign 4
    j unexpected_trap
    .balign 4
    j unexpected_trap
    .balign 4
    j unexpected_trap
    .balign 4
    j direct                    # 5: supervisor timer interrupt
    .balign 4

text_direct:    .asciz "interrupts after the direct part: "
text_vectored:  .asciz "interrupts after the vectored part: "
text_pending:   .asciz "sip while masked: "
text_cleared:   .asciz "sip after the timer is set to never: "
text_user:      .asciz "interrupts after the user part: "
    .balign 4
    .include "lib.s"
