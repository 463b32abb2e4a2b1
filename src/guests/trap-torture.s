# Provokes every exception that a hart without paging has, from S-mode and from U-mode, and prints what the handler
# sees; then traps inside of trap handlers, and software interrupts, direct and vectored.
    .equ NOWHERE, 0x1000000     # neither memory nor a device on this board
    .equ SUPERVISOR_ECALL, 1    # flag of a provocation: not from S-mode, where it is a call to the firmware

_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    csrw sie, zero
    csrw scounteren, zero

# Each row of `provocations`: a routine, its flags, its name. The routine runs in S-mode, then in U-mode.
    la s0, provocations
each_provocation:
    ld s1, 0(s0)
    beqz s1, nested
    ld a0, 16(s0)
    call puts
    ld t0, 8(s0)
    bnez t0, from_user
    li s10, -1
    la s11, 1f
    jalr s1
1:  la a0, text_from_s
    call report
from_user:
    li s10, -1
    la s11, 1f
    csrw sepc, s1
    li t0, 0x100                # SPP = 0: sret goes to U-mode
    csrc sstatus, t0
    sret
1:  la a0, text_from_u
    call report
    addi s0, s0, 24
    j each_provocation

# Three traps, each in the handler of the one before. Each level saves what the next one overwrites.
nested:
    la t0, nesting_handler
    csrw stvec, t0
    li s0, 0                    # depth
    csrsi sstatus, 2            # SIE = 1: the first level sees SPIE = 1, the others 0
    ebreak
    csrci sstatus, 2
    la a0, text_unwound
    mv a1, s0
    call put_value
    j interrupts

    .balign 4
nesting_handler:
    addi sp, sp, -48
    sd ra, 0(sp)
    csrr t0, sepc
    sd t0, 8(sp)
    csrr t0, sstatus
    sd t0, 16(sp)
    csrr t0, scause
    sd t0, 24(sp)
    csrr t0, stval
    sd t0, 32(sp)
    addi s0, s0, 1
    la a0, text_level
    mv a1, s0
    call put_value
    li t0, 1
    beq s0, t0, 1f
    li t0, 2
    beq s0, t0, 2f
    j 3f
1:  .word 0x0000000b            # no such instruction: level 2
    j 3f
2:  li t0, NOWHERE
    ld t0, 0(t0)                # level 3
3:  la a0, text_cause
    ld a1, 24(sp)
    call put_value
    la a0, text_stval
    ld a1, 32(sp)
    call put_value
    ld a1, 16(sp)
    andi a1, a1, 0x122
    la a0, text_sstatus
    call put_value
    ld t0, 8(sp)
    lhu t1, 0(t0)               # the two low bits tell two bytes from four
    addi t0, t0, 2
    andi t1, t1, 3
    li t2, 3
    bne t1, t2, 4f
    addi t0, t0, 2
4:  csrw sepc, t0
    ld t0, 16(sp)
    li t1, 0x122
    csrc sstatus, t1
    and t0, t0, t1
    csrs sstatus, t0
    ld ra, 0(sp)
    addi sp, sp, 48
    sret

# Software interrupts that the guest sends to itself: pending and enabled is not yet taken.
interrupts:
    la t0, catch_trap
    csrw stvec, t0
    li s0, 2                    # SSIP, SSIE; also SIE of sstatus
    csrw sie, s0
    csrs sip, s0
    li s10, -1
    nop
    la a0, text_masked          # pending, enabled, but sstatus.SIE = 0
    mv a1, s10
    call put_value
    la s11, 1f
    csrsi sstatus, 2
2:  j 2b                        # the interrupt comes before this
1:  la a0, text_taken
    mv a1, s10
    call put_value
    la a0, text_sstatus
    andi a1, s8, 0x122
    call put_value
    la t0, 2b
    sub a1, s7, t0              # sepc: the instruction that did not run yet
    la a0, text_distance
    call put_value
    li t0, 0x120
    csrc sstatus, t0            # SPP = 0, SPIE = 0: on to U-mode, where sstatus.SIE does not matter
    la t0, 2b
    csrw sepc, t0
    la s11, 1f
    li s10, -1
    sret
1:  la a0, text_taken_in_u
    mv a1, s10
    call put_value
    la a0, text_sstatus
    andi a1, s8, 0x122
    call put_value
    csrw sie, zero              # pending, not enabled: U-mode runs on, to its ecall
    li t0, 0x120
    csrc sstatus, t0
    la t0, provoke_ecall
    csrw sepc, t0
    la s11, 1f
    sret
1:  la a0, text_disabled
    mv a1, s10
    call put_value

    la t0, vectors + 1          # MODE 1: interrupts enter at base + 4 x cause, exceptions at base
    csrw stvec, t0
    csrw sie, s0
    la s11, 1f
    csrsi sstatus, 2
2:  j 2b
1:  la a0, text_vectored
    mv a1, s10
    call put_value
    csrw sip, zero
    la s11, 1f
    ebreak
1:  la a0, text_base
    mv a1, s10
    call put_value
    li a0, 0
    j shutdown

    .balign 256
vectors:
    j catch_trap
    .balign 4
    j vector_software
    .balign 4
vector_software:
    csrr s10, scause
    addi s10, s10, 0x100        # shows which entry it was
    csrw sepc, s11
    csrr s8, sstatus
    li s6, 0x20                 # return with interrupts off
    csrc sstatus, s6
    sret

# Prints one line: from which mode (a0), then scause, stval and sstatus (SPP, SPIE, SIE) as the handler saw them.
report:
    addi sp, sp, -16
    sd ra, 0(sp)
    call puts
    mv a0, s10
    call puthex
    li a0, ' '
    call putc
    mv a0, s9
    call puthex
    li a0, ' '
    call putc
    andi a0, s8, 0x122
    call puthex
    li a0, 10
    call putc
    ld ra, 0(sp)
    addi sp, sp, 16
    ret

# Where a provocation does not trap, it goes on to the ecall: cause 8 from U-mode, and "no trap" from S-mode.
provoke_ecall:
    ecall
provoke_unknown:
    .word 0x0000000b
provoke_zero:
    .half 0                     # all zero bits: always illegal
    .balign 4
provoke_machine_csr:
    csrr t0, mstatus
    ret
provoke_unknown_csr:
    csrr t0, 0x5c0
    ret
provoke_read_only:
    csrw time, zero
    ret
provoke_read_only_set:
    csrsi time, 1
    ret
provoke_mret:
    mret
    ret
provoke_ebreak:
    ebreak
provoke_load:
    li t0, NOWHERE
    lw t0, 12(t0)
    ret
provoke_store:
    li t0, NOWHERE
    sb t0, 3(t0)
    ret
provoke_jump:
    li t0, NOWHERE + 0x20
    jr t0
provoke_load_reserved:
    li t0, 0x80300002
    lr.w t0, (t0)
    ret
provoke_supervisor_csr:
    csrr t0, sscratch
    j provoke_ecall
provoke_supervisor_write:
    csrwi sscratch, 3
    j provoke_ecall
provoke_sret:
    sret
provoke_wfi:
    wfi
    j provoke_ecall
provoke_fence:
    sfence.vma
    j provoke_ecall
provoke_cycle:
    csrr t0, cycle              # scounteren.CY is 0
    j provoke_ecall

    .balign 8
provocations:
    .dword provoke_unknown, 0, text_unknown
    .dword provoke_zero, 0, text_zero
    .dword provoke_machine_csr, 0, text_machine_csr
    .dword provoke_unknown_csr, 0, text_unknown_csr
    .dword provoke_read_only, 0, text_read_only
    .dword provoke_read_only_set, 0, text_read_only_set
    .dword provoke_mret, 0, text_mret
    .dword provoke_ebreak, 0, text_ebreak
    .dword provoke_load, 0, text_load
    .dword provoke_store, 0, text_store
    .dword provoke_jump, 0, text_jump
    .dword provoke_load_reserved, 0, text_load_reserved
    .dword provoke_ecall, SUPERVISOR_ECALL, text_ecall
    .dword provoke_supervisor_csr, SUPERVISOR_ECALL, text_supervisor_csr
    .dword provoke_supervisor_write, SUPERVISOR_ECALL, text_supervisor_write
    .dword provoke_sret, SUPERVISOR_ECALL, text_sret
    .dword provoke_wfi, SUPERVISOR_ECALL, text_wfi
    .dword provoke_fence, SUPERVISOR_ECALL, text_fence
    .dword provoke_cycle, SUPERVISOR_ECALL, text_cycle
    .dword 0

text_unknown:           .asciz "unknown instruction\n"
text_zero:              .asciz "all zero bits\n"
text_machine_csr:       .asciz "csrr mstatus\n"
text_unknown_csr:       .asciz "csrr of no CSR\n"
text_read_only:         .asciz "csrw time\n"
text_read_only_set:     .asciz "csrsi time, 1\n"
text_mret:              .asciz "mret\n"
text_ebreak:            .asciz "ebreak\n"
text_load:              .asciz "load from nowhere\n"
text_store:             .asciz "store to nowhere\n"
text_jump:              .asciz "jump to nowhere\n"
text_load_reserved:     .asciz "misaligned lr.w\n"
text_ecall:             .asciz "ecall\n"
text_supervisor_csr:    .asciz "csrr sscratch\n"
text_supervisor_write:  .asciz "csrwi sscratch\n"
text_sret:              .asciz "sret\n"
text_wfi:               .asciz "wfi\n"
text_fence:             .asciz "sfence.vma\n"
text_cycle:             .asciz "csrr cycle, forbidden by scounteren\n"
text_from_s:            .asciz "  from S-mode "
text_from_u:            .asciz "  from U-mode "
text_cause:             .asciz "  scause "
text_stval:             .asciz "  stval "
text_sstatus:           .asciz "  sstatus "
text_level:             .asciz "trap at level "
text_unwound:           .asciz "all handlers returned, levels: "
text_masked:            .asciz "software interrupt, masked: "
text_taken:             .asciz "software interrupt, taken: "
text_taken_in_u:        .asciz "software interrupt, taken in U-mode: "
text_disabled:          .asciz "software interrupt, disabled: "
text_vectored:          .asciz "software interrupt, vectored: "
text_base:              .asciz "exception, vectored: "
text_distance:          .asciz "  sepc, from the instruction that waits: "
    .balign 4
    .include "lib.s"
