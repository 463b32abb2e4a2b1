# Every access to every kind of page-table entry, in every mode that a kernel can choose, under Sv39.
#
# One line for each row of `rows`: the address, then for S-mode, S with SUM, S with MXR and U-mode the causes of a load,
# a store and a fetch as one hexadecimal digit each ("-": no trap), then the low bits of the entry that the accesses left.
    .equ NOWHERE, 0x1000000     # neither memory nor a device on this board
    .equ FRAME, 0x80300000      # what the good pages map to
    .equ ROOT, 0x80310000
    .equ MIDDLE, 0x80311000     # for 0x40000000, 1 GiB
    .equ LAST, 0x80312000       # for 0x40000000, 2 MiB
    .equ PROBE_LAST, 0x80313000 # for USER_PROBES
    .equ USER_PROBES, 0x60000000
    .equ EBREAK, 0x00100073     # in every word of FRAME: a fetch that succeeds traps with cause 3
    .equ SUM, 0x40000
    .equ MXR, 0x80000

_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    li t0, FRAME
    li t1, EBREAK
    li t2, FRAME + 4096
1:  sw t1, 0(t0)
    addi t0, t0, 4
    bltu t0, t2, 1b

    li t0, ROOT                 # all frames are zero at the start
    li t1, 0x200000cf           # 0x80000000, 1 GiB: V R W X A D
    sd t1, 16(t0)
    li t1, (MIDDLE >> 2) + 1
    sd t1, 8(t0)
    li t0, MIDDLE
    li t1, (LAST >> 2) + 1
    sd t1, 0(t0)                # 0x40000000
    li t1, (FRAME >> 2) + 0xcf
    sd t1, 8(t0)                # 0x40200000: a superpage whose frame is not aligned to 2 MiB
    li t1, (PROBE_LAST >> 2) + 1
    li t2, 0x800
    add t0, t0, t2
    sd t1, 0(t0)                # USER_PROBES
    la t0, probe_load
    srli t0, t0, 2
    ori t0, t0, 0x5b            # V R X U A
    li t1, PROBE_LAST
    sd t0, 0(t1)

    la s0, rows
    li t0, LAST
1:  ld t1, 8(s0)
    sd t1, 0(t0)
    addi t0, t0, 8
    addi s0, s0, 16
    la t1, other_rows
    bltu s0, t1, 1b

    li t0, ROOT >> 12
    li t1, 8
    slli t1, t1, 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma

    la s0, rows
    li s5, LAST
each_row:
    ld a0, 0(s0)
    beqz a0, done
    call puthex
    li s1, 0                    # 0: S, 1: S with SUM, 2: S with MXR, 3: U
each_mode:
    li a0, ' '
    call putc
    la s2, probe_load
    call try
    la s2, probe_store
    call try
    la s2, probe_fetch
    call try
    addi s1, s1, 1
    li t0, 4
    bne s1, t0, each_mode
    la t0, other_rows
    li a0, 10
    bgeu s0, t0, 1f
    la a0, text_entry
    call puts
    ld a0, 0(s5)
    andi a0, a0, 0xff
    call puthex
    li a0, 10
1:  call putc
    addi s0, s0, 16
    addi s5, s5, 8
    j each_row
done:
    li a0, 0
    j shutdown

# Runs the probe s2 on the address of row s0 in mode s1 and prints the cause.
try:
    addi sp, sp, -16
    sd ra, 0(sp)
    li t0, SUM + MXR + 0x100
    csrc sstatus, t0
    la t0, modes
    slli t1, s1, 3
    add t0, t0, t1
    ld t0, 0(t0)
    csrs sstatus, t0
    li t0, 3
    bne s1, t0, 1f
    la t0, probe_load           # U-mode reaches the probes through a page of its own
    sub s2, s2, t0
    li t0, USER_PROBES
    add s2, s2, t0
1:  csrw sepc, s2
    la s11, 2f
    ld a0, 0(s0)
    li a1, EBREAK
    sret
2:  li a0, '-'
    li t0, 3
    beq s10, t0, 3f
    la a0, digits
    add a0, a0, s10
    lbu a0, 0(a0)
3:  call putc
    ld ra, 0(sp)
    addi sp, sp, 16
    ret

text_entry:
    .asciz " entry "
digits:
    .ascii "0123456789abcdef"
    .balign 8
modes:                          # bits of sstatus: SPP, SUM, MXR
    .dword 0x100, 0x100 + SUM, 0x100 + MXR, 0
rows:
    .dword 0x40000000, 0                                # not valid
    .dword 0x40001000, (FRAME >> 2) + 0x01              # a pointer, at the last level
    .dword 0x40002000, (FRAME >> 2) + 0x43              # R, A
    .dword 0x40003000, (FRAME >> 2) + 0xc7              # R W, A D
    .dword 0x40004000, (FRAME >> 2) + 0x49              # X
    .dword 0x40005000, (FRAME >> 2) + 0x4b              # R X
    .dword 0x40006000, (FRAME >> 2) + 0xcf              # R W X
    .dword 0x40007000, (FRAME >> 2) + 0xc5              # W without R: reserved
    .dword 0x40008000, (FRAME >> 2) + 0xcd              # W X without R: reserved
    .dword 0x40009000, (FRAME >> 2) + 0x53              # U, R
    .dword 0x4000a000, (FRAME >> 2) + 0xd7              # U, R W
    .dword 0x4000b000, (FRAME >> 2) + 0x59              # U, X
    .dword 0x4000c000, (FRAME >> 2) + 0xdf              # U, R W X
    .dword 0x4000d000, (FRAME >> 2) + 0x03              # R, not accessed yet
    .dword 0x4000e000, (FRAME >> 2) + 0x47              # R W, accessed, not dirty yet
    .dword 0x4000f000, (FRAME >> 2) + 0x17              # U, R W, neither
    .dword 0x40010000, (FRAME >> 2) + 0x67              # R W, global
    .dword 0x40011000, 0x0040000000000000 + (FRAME >> 2) + 0xcf # a reserved bit
    .dword 0x40012000, 0x2000000000000000 + (FRAME >> 2) + 0xcf # bits for Svpbmt, which this hart does not have
    .dword 0x40013000, 0x8000000000000000 + (FRAME >> 2) + 0xcf # the bit for Svnapot, which this hart does not have
    .dword 0x40014000, (NOWHERE >> 2) + 0xcf            # a good entry, but nothing is at its frame
    .dword 0x40015000, (NOWHERE >> 2) + 0xdf            # the same for U-mode
other_rows:
    .dword 0x40200000, 0                                # the misaligned superpage
    .dword 0x8000000000, 0                              # bits 63:39 differ from bit 38
    .dword 0xffffffc000000000, 0                        # they agree; not mapped
    .dword 0, 0

    .balign 4096
probe_load:
    lbu a2, 0(a0)
    ebreak
    .balign 8
probe_store:
    sw a1, 0(a0)
    ebreak
    .balign 8
probe_fetch:
    jr a0
    .balign 4
    .include "lib.s"
