# A hypervisor of its own: by trap and emulate it runs a small kernel in U-mode, which believes that it has S-mode to itself, and the
# kernel's user program. So under a hypervisor this is a hypervisor in a hypervisor (Popek and Goldberg, theorem 2).
    .equ INNER, 0x40000000      # where the inner machine has its RAM: 64 KiB
    .equ INNER_PAGES, 16
    .equ TABLES, 0x80300000     # three pages
    .equ INNER_RAM, 0x80310000  # where it really lies
    .equ OURS, 0x80200000       # where the inner machine has nothing, and we are
    .equ TABLE, 0x1             # page-table entries: V
    .equ INNER_LEAF, 0xdf       # D A U X W R V
    .equ OUR_LEAF, 0xcf         # D A X W R V
# The inner hart: its registers at 8 x number, then what a supervisor has.
    .equ PC, 256
    .equ MODE, 264              # 1: S, 0: U
    .equ SSTATUS, 272
    .equ STVEC, 280
    .equ SSCRATCH, 288
    .equ SEPC, 296
    .equ SCAUSE, 304
    .equ STVAL, 312
    .equ SSTATUS_BITS, 0x122    # SPP, SPIE, SIE: what the inner machine has of it

_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    li s10, -1
    la s11, 1f
    csrr t0, hstatus            # on a machine without H there is no such CSR
1:  la a0, text_extension
    mv a1, s10
    call put_value

# Loads the inner machine.
    la t0, inner
    la t1, stack_top
    li t2, INNER_RAM
1:  ld t3, 0(t0)
    sd t3, 0(t2)
    addi t0, t0, 8
    addi t2, t2, 8
    bltu t0, t1, 1b

# RAM at its own address for us, and the inner machine's at INNER for it.
    li s0, TABLES
    li t1, 4096
    add s1, s0, t1              # for addresses from INNER on, 1 GiB
    add s2, s1, t1              # for 2 MiB
    li t0, 0x20000000 + OUR_LEAF
    sd t0, 16(s0)               # 0x80000000, 1 GiB
    srli t0, s1, 2
    ori t0, t0, TABLE
    sd t0, 8(s0)
    srli t0, s2, 2
    ori t0, t0, TABLE
    sd t0, 0(s1)
    li t0, INNER_RAM / 4 + INNER_LEAF
    li t3, INNER_PAGES
1:  sd t0, 0(s2)
    addi t0, t0, 0x400
    addi s2, s2, 8
    addi t3, t3, -1
    bnez t3, 1b
    srli t0, s0, 12
    li t1, 8
    slli t1, t1, 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma

    la t0, world_switch
    csrw stvec, t0
    csrw sie, zero
    csrw scounteren, zero
    la s0, hart
    li t0, INNER
    sd t0, PC(s0)
    li t0, 1
    sd t0, MODE(s0)
    li s9, 0                    # instructions emulated
    li s8, 0                    # traps reflected

# Into the inner machine. s0 = hart; s8 and s9 rest in `counts` meanwhile.
enter:
    la t0, counts
    sd s8, 0(t0)
    sd s9, 8(t0)
    ld t0, PC(s0)
    csrw sepc, t0
    li t0, 0x100
    csrc sstatus, t0            # SPP = 0: to U-mode
    csrw sscratch, s0
    mv x31, s0
    ld x1, 8(x31)
    ld x2, 16(x31)
    ld x3, 24(x31)
    ld x4, 32(x31)
    ld x5, 40(x31)
    ld x6, 48(x31)
    ld x7, 56(x31)
    ld x8, 64(x31)
    ld x9, 72(x31)
    ld x10, 80(x31)
    ld x11, 88(x31)
    ld x12, 96(x31)
    ld x13, 104(x31)
    ld x14, 112(x31)
    ld x15, 120(x31)
    ld x16, 128(x31)
    ld x17, 136(x31)
    ld x18, 144(x31)
    ld x19, 152(x31)
    ld x20, 160(x31)
    ld x21, 168(x31)
    ld x22, 176(x31)
    ld x23, 184(x31)
    ld x24, 192(x31)
    ld x25, 200(x31)
    ld x26, 208(x31)
    ld x27, 216(x31)
    ld x28, 224(x31)
    ld x29, 232(x31)
    ld x30, 240(x31)
    ld x31, 248(x31)
    sret

# Out of it.
    .balign 4
world_switch:
    csrrw x31, sscratch, x31
    sd x1, 8(x31)
    sd x2, 16(x31)
    sd x3, 24(x31)
    sd x4, 32(x31)
    sd x5, 40(x31)
    sd x6, 48(x31)
    sd x7, 56(x31)
    sd x8, 64(x31)
    sd x9, 72(x31)
    sd x10, 80(x31)
    sd x11, 88(x31)
    sd x12, 96(x31)
    sd x13, 104(x31)
    sd x14, 112(x31)
    sd x15, 120(x31)
    sd x16, 128(x31)
    sd x17, 136(x31)
    sd x18, 144(x31)
    sd x19, 152(x31)
    sd x20, 160(x31)
    sd x21, 168(x31)
    sd x22, 176(x31)
    sd x23, 184(x31)
    sd x24, 192(x31)
    sd x25, 200(x31)
    sd x26, 208(x31)
    sd x27, 216(x31)
    sd x28, 224(x31)
    sd x29, 232(x31)
    sd x30, 240(x31)
    csrr t0, sscratch
    sd t0, 248(x31)
    mv s0, x31
    la sp, stack_top
    la t0, counts
    ld s8, 0(t0)
    ld s9, 8(t0)
    csrr s1, sepc
    sd s1, PC(s0)
    csrr s2, scause
    csrr s3, stval
    ld t0, MODE(s0)
    beqz t0, reflect            # whatever its user program does is the inner kernel's business
    li t0, 8
    beq s2, t0, firmware_call
    li t0, 2
    beq s2, t0, privileged
    li t0, 13
    bltu s2, t0, reflect        # a page fault of a kernel without paging: it reached where its machine has nothing
    addi s2, s2, -8             # 13 -> 5, 15 -> 7

# The trap becomes the inner kernel's own: Privileged, "Supervisor Trap Handling".
reflect:
    addi s8, s8, 1
    sd s1, SEPC(s0)
    sd s2, SCAUSE(s0)
    sd s3, STVAL(s0)
    ld t0, SSTATUS(s0)
    andi t1, t0, 2              # SIE
    slli t1, t1, 4              # becomes SPIE
    ld t2, MODE(s0)
    slli t2, t2, 8              # the mode becomes SPP
    or t1, t1, t2
    sd t1, SSTATUS(s0)
    li t0, 1
    sd t0, MODE(s0)
    ld t0, STVEC(s0)
    sd t0, PC(s0)
    j enter

# The inner kernel calls its firmware: a7 = 1 writes a character, anything else is the end.
firmware_call:
    ld t0, 136(s0)
    li t1, 1
    bne t0, t1, over
    ld a0, 80(s0)
    call putc
    j next

# The inner kernel executed what only a supervisor may: sret, or an access to a CSR that its machine has. All else is illegal there, too.
privileged:
    li t0, 0x10200073
    beq s3, t0, emulate_sret
    andi t0, s3, 0x7f           # stval is the instruction
    li t1, 0x73
    bne t0, t1, reflect
    srli s4, s3, 12
    andi s4, s4, 3              # 1: csrrw, 2: csrrs, 3: csrrc
    beqz s4, reflect
    srli t0, s3, 20             # the CSR's number
    la t1, csr_table
1:  ld t2, 0(t1)
    beqz t2, reflect
    addi t1, t1, 16
    bne t2, t0, 1b
    ld s5, -8(t1)
    add s5, s5, s0              # where its value is
    ld s6, 0(s5)
    srli t0, s3, 15
    andi t0, t0, 31             # a register, or by bit 14 of the instruction the value itself
    mv t1, t0
    srli t2, s3, 14
    andi t2, t2, 1
    bnez t2, 2f
    slli t1, t0, 3
    add t1, t1, s0
    ld t1, 0(t1)
2:  li t2, 1
    beq s4, t2, 4f
    beqz t0, 5f                 # csrrs and csrrc of x0 or 0 write nothing
    li t2, 2
    beq s4, t2, 3f
    not t1, t1
    and t1, t1, s6
    j 4f
3:  or t1, t1, s6
4:  sd t1, 0(s5)
    ld t1, SSTATUS(s0)
    andi t1, t1, SSTATUS_BITS
    sd t1, SSTATUS(s0)
5:  srli t0, s3, 7
    andi t0, t0, 31             # rd
    beqz t0, 6f
    slli t0, t0, 3
    add t0, t0, s0
    sd s6, 0(t0)
6:  addi s9, s9, 1
next:
    addi s1, s1, 4
    sd s1, PC(s0)
    j enter

# Privileged, "Supervisor Mode": SPP becomes the mode, and U; SPIE becomes SIE, and 1.
emulate_sret:
    addi s9, s9, 1
    ld t0, SEPC(s0)
    sd t0, PC(s0)
    ld t0, SSTATUS(s0)
    srli t1, t0, 8
    andi t1, t1, 1
    sd t1, MODE(s0)
    srli t0, t0, 4
    andi t0, t0, 2
    ori t0, t0, 0x20
    sd t0, SSTATUS(s0)
    j enter

over:
    la a0, text_emulated
    mv a1, s9
    call put_value
    la a0, text_reflected
    mv a1, s8
    call put_value
    li a0, 0
    j shutdown

text_extension: .asciz "csrr hstatus in the hypervisor: "
text_emulated:  .asciz "instructions emulated: "
text_reflected: .asciz "traps reflected: "
    .balign 8
csr_table:
    .dword 0x100, SSTATUS
    .dword 0x105, STVEC
    .dword 0x140, SSCRATCH
    .dword 0x141, SEPC
    .dword 0x142, SCAUSE
    .dword 0x143, STVAL
    .dword 0
counts:
    .zero 16
hart:
    .zero 320

# The inner machine's image. It is linked here and runs at INNER.
    .balign 16
inner:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    li t0, 0x1234
    csrw sscratch, t0
    csrr a1, sscratch
    la a0, text_sscratch
    call put_value
    csrsi sstatus, 2
    csrr a1, sstatus
    la a0, text_sstatus
    call put_value
    la s11, 1f
    ebreak
1:  la a0, text_ebreak
    call report
    la s11, 1f
    li t0, OURS
    ld t0, 0(t0)
1:  la a0, text_load
    call report
    la s11, 1f
    csrr t0, hstatus
1:  la a0, text_hstatus
    call report
    la s11, 1f
    la t0, user_csr
    j to_user
1:  la a0, text_user_csr
    call report
    la s11, 1f
    la t0, user_call
    j to_user
1:  la a0, text_user_call
    call report
    li a0, 0
    j shutdown

to_user:
    csrw sepc, t0
    li t0, 0x100
    csrc sstatus, t0
    sret
user_csr:
    csrr t0, sscratch
user_call:
    ecall

# Prints one line: a0, then scause, stval and sstatus as the handler saw them.
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
    mv a0, s8
    call puthex
    li a0, 10
    call putc
    ld ra, 0(sp)
    addi sp, sp, 16
    ret

text_sscratch:  .asciz "inner kernel, its sscratch: "
text_sstatus:   .asciz "inner kernel, its sstatus: "
text_ebreak:    .asciz "inner kernel, ebreak: "
text_load:      .asciz "inner kernel, load from the hypervisor: "
text_hstatus:   .asciz "inner kernel, csrr hstatus: "
text_user_csr:  .asciz "inner user, csrr sscratch: "
text_user_call: .asciz "inner user, ecall: "
    .balign 4
    .include "lib.s"
