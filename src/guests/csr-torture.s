# Writes many patterns to each supervisor CSR and reads them back; then every way to leave a trap with sret.
# What a register keeps of a write is its own affair (WARL): a guest must see the same in a VM as on bare metal.
    .equ SSTATUS_SEEN, 0xc0122  # MXR, SUM, SPP, SPIE, SIE: the bits of sstatus that this guest compares

_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    csrw sie, zero

# Each row of `registers`: a routine that writes a0 and returns what it reads back, the patterns, the name.
    la s0, registers
each_register:
    ld a0, 16(s0)
    beqz a0, operations
    call puts
    ld s1, 8(s0)
    ld s2, 0(s1)                # how many patterns
each_pattern:
    beqz s2, next_register
    li a0, ' '
    call putc
    addi s1, s1, 8
    ld a0, 0(s1)
    ld t0, 0(s0)
    jalr t0
    call puthex
    addi s2, s2, -1
    j each_pattern
next_register:
    li a0, 10
    call putc
    addi s0, s0, 24
    j each_register

# The six CSR instructions: what each returns, and what it leaves for the next.
operations:
    li s0, 0xf0f0
    li s1, 0x3333
    csrw sscratch, s0
    csrrw s2, sscratch, s1      # returns 0xf0f0, leaves 0x3333
    csrrs s3, sscratch, s0      # returns 0x3333, leaves 0xf3f3
    csrrc s4, sscratch, s1      # returns 0xf3f3, leaves 0xc0c0
    csrrwi s5, sscratch, 21     # returns 0xc0c0, leaves 0x15
    csrrsi s6, sscratch, 10     # returns 0x15, leaves 0x1f
    csrrci s7, sscratch, 6      # returns 0x1f, leaves 0x19
    csrrs s8, sscratch, zero    # x0 as the source: reads and writes nothing
    csrrs zero, sscratch, s0    # x0 as the destination: writes all the same
    csrrw s0, sscratch, s0      # one register as both: returns 0xf0f9, leaves 0xf0f0
    la a0, name_csrrw
    mv a1, s2
    call put_value
    la a0, name_csrrs
    mv a1, s3
    call put_value
    la a0, name_csrrc
    mv a1, s4
    call put_value
    la a0, name_csrrwi
    mv a1, s5
    call put_value
    la a0, name_csrrsi
    mv a1, s6
    call put_value
    la a0, name_csrrci
    mv a1, s7
    call put_value
    la a0, name_read
    mv a1, s8
    call put_value
    la a0, name_same
    mv a1, s0
    call put_value

# sret from each of the eight states of SPP, SPIE and SIE. The code it lands on reads sstatus, which U-mode may not,
# and breaks. The handler's sstatus tells where the processor was (SPP) and whether interrupts were on (SPIE).
    li s0, 0                    # bit 0: SIE, bit 1: SPIE, bit 2: SPP
each_state:
    andi t0, s0, 1
    slli t0, t0, 1
    andi t1, s0, 2
    slli t1, t1, 4
    or t0, t0, t1
    andi t1, s0, 4
    slli t1, t1, 6
    or t0, t0, t1
    li t1, 0x122
    csrc sstatus, t1
    csrs sstatus, t0
    la t0, landing
    csrw sepc, t0
    la s11, caught
    li s5, 0
    sret
landing:
    csrr s5, sstatus
    ebreak
caught:
    la a0, name_sret
    mv a1, s0
    call put_value
    la a0, name_cause
    mv a1, s10
    call put_value
    li t0, SSTATUS_SEEN
    and a1, s8, t0
    la a0, name_trapped
    call put_value
    li t0, SSTATUS_SEEN
    and a1, s5, t0
    la a0, name_landed
    call put_value
    addi s0, s0, 1
    li t0, 8
    bne s0, t0, each_state

# The counters only grow. They are read with a counting loop between, long enough for one tick of `time`.
    csrr s0, time
    csrr s1, cycle
    csrr s2, instret
    li t0, 2000
1:  addi t0, t0, -1
    bnez t0, 1b
    csrr s3, time
    csrr s4, cycle
    csrr s5, instret
    sltu s0, s0, s3
    sltu s1, s1, s4
    sltu s2, s2, s5
    and s0, s0, s1
    and a1, s0, s2
    la a0, name_counters
    call put_value
    li a0, 0
    j shutdown

write_sstatus:
    csrw sstatus, a0
    csrr a0, sstatus
    csrw sstatus, zero
    li t0, SSTATUS_SEEN
    and a0, a0, t0
    ret
write_sie:
    csrw sie, a0
    csrr a0, sie
    csrw sie, zero
    ret
write_sip:
    csrw sip, a0
    csrr a0, sip
    csrw sip, zero
    ret
write_stvec:
    csrrw t1, stvec, a0
    csrrw a0, stvec, t1
    ret
write_sscratch:
    csrw sscratch, a0
    csrr a0, sscratch
    ret
write_sepc:
    csrw sepc, a0
    csrr a0, sepc
    ret
write_scause:
    csrw scause, a0
    csrr a0, scause
    ret
write_stval:
    csrw stval, a0
    csrr a0, stval
    ret
write_scounteren:
    csrw scounteren, a0
    csrr a0, scounteren
    andi a0, a0, 7              # CY, TM, IR; the other counters are the board's choice
    ret
write_senvcfg:
    csrw senvcfg, a0
    csrr a0, senvcfg
    andi a0, a0, 1              # FIOM; the other fields belong to extensions
    ret
write_satp:
    csrw satp, a0
    csrr a0, satp
    csrw satp, zero
    ret

    .balign 8
registers:
    .dword write_sstatus, any, name_sstatus
    .dword write_sie, any, name_sie
    .dword write_sip, any, name_sip
    .dword write_stvec, vectors, name_stvec
    .dword write_sscratch, any, name_sscratch
    .dword write_sepc, addresses, name_sepc
    .dword write_scause, causes, name_scause
    .dword write_stval, any, name_stval
    .dword write_scounteren, any, name_scounteren
    .dword write_senvcfg, any, name_senvcfg
    .dword write_satp, modes, name_satp
    .dword 0, 0, 0
any:                            # sstatus.UXL (bits 33:32) is WARL and left at what it holds: all patterns have 2 there
    .dword 12
    .dword 0x200000000, 0xfffffffeffffffff, 0xaaaaaaaaaaaaaaaa, 0x5555555655555555, 0x1234567a9abcdef1
    .dword 0x200000002, 0x200000020, 0x200000100, 0x200040000, 0x200080000, 0x200000222, 0x8000000280000000
addresses:                      # bit 0 is always 0 where C is implemented; QEMU 7.2 keeps it, so no pattern here sets it
    .dword 4
    .dword 0, 2, 0xfffffffffffffffe, 0x123456789abcdef0
vectors:                        # MODE 2 and 3 are reserved
    .dword 4
    .dword 0, 0x80200001, 0x7ffffffffffffffc, 0x123456789abcdef0
causes:                         # legal values only (WLRL)
    .dword 8
    .dword 0, 2, 8, 13, 15, 0x8000000000000001, 0x8000000000000005, 0x8000000000000009
modes:                          # a write with an unsupported MODE changes nothing
    .dword 5
    .dword 0, 0x1000000000080000, 0x7000000000080000, 0xb000000000080000, 0xf000000000080000

name_sstatus:       .asciz "sstatus"
name_sie:           .asciz "sie"
name_sip:           .asciz "sip"
name_stvec:         .asciz "stvec"
name_sscratch:      .asciz "sscratch"
name_sepc:          .asciz "sepc"
name_scause:        .asciz "scause"
name_stval:         .asciz "stval"
name_scounteren:    .asciz "scounteren"
name_senvcfg:       .asciz "senvcfg"
name_satp:          .asciz "satp"
name_csrrw:         .asciz "csrrw returned "
name_csrrs:         .asciz "csrrs returned "
name_csrrc:         .asciz "csrrc returned "
name_csrrwi:        .asciz "csrrwi returned "
name_csrrsi:        .asciz "csrrsi returned "
name_csrrci:        .asciz "csrrci returned "
name_read:          .asciz "left "
name_same:          .asciz "one register as source and destination: "
name_sret:          .asciz "sret from state "
name_cause:         .asciz "  cause "
name_trapped:       .asciz "  sstatus in the handler "
name_landed:        .asciz "  sstatus after sret "
name_counters:      .asciz "counters grew "
    .balign 4
    .include "lib.s"
