# Page tables that name what is not the guest's: frames beyond its memory, tables beyond it, a table in a device.
# Each use is an access fault, as it would be on a board with just this memory.
    .equ ROOT, 0x80300000
    .equ MIDDLE, 0x80301000
    .equ LAST, 0x80302000
    .equ SATP_SV39, 0x8000000000000000

_start:
    la sp, stack_top
    la t0, catch_trap
    csrw stvec, t0
    li t0, ROOT
    li t1, (MIDDLE >> 2) + 1
    sd t1, 0(t0)
    li t1, 0x200000cf           # memory at its own address
    sd t1, 16(t0)
    li t1, 0x300000cf           # 0xc0000000, 1 GiB: a leaf beyond memory
    sd t1, 24(t0)
    li t1, (0x10000000 >> 2) + 1 # a table in the UART
    sd t1, 32(t0)
    li t0, MIDDLE
    li t1, (LAST >> 2) + 1
    sd t1, 0(t0)
    li t1, (0x88000000 >> 2) + 1 # a table beyond memory
    sd t1, 8(t0)
    li t1, (0x1000000 >> 2) + 1 # a table where nothing is
    sd t1, 16(t0)
    li t0, LAST
    li t1, (0x88000000 >> 2) + 0xcf # frames beyond memory, near and far
    sd t1, 8(t0)
    li t1, (0x8fff0000 >> 2) + 0xcf
    sd t1, 16(t0)
    li t1, 0x003fffffffffffcf   # the highest frame number of 44 bits
    sd t1, 24(t0)
    li t0, ROOT >> 12
    li t1, SATP_SV39
    or t0, t0, t1
    csrw satp, t0
    sfence.vma

    la s0, places
each_place:
    ld a0, 0(s0)
    beqz a0, roots
    call puthex
    la s11, 1f
    li s10, -1
    ld t0, 0(s0)
    ld t0, 0(t0)
1:  call report
    la s11, 1f
    li s10, -1
    ld t0, 0(s0)
    sd t0, 0(t0)
1:  call report
    la s11, 1f
    li s10, -1
    ld t0, 0(s0)
    jr t0
1:  call report
    li a0, 10
    call putc
    addi s0, s0, 8
    j each_place

# A root beyond memory: not even the next instruction can be fetched, nor that of a handler. catch_trap is out of reach,
# so the guest ends here; the hypervisor must not.
roots:
    la a0, text
    call puts
    li t0, 0x88000000 >> 12
    li t1, SATP_SV39
    or t0, t0, t1
    csrw satp, t0
    j roots

report:
    addi sp, sp, -16
    sd ra, 0(sp)
    li a0, ' '
    call putc
    mv a0, s10
    call puthex
    ld ra, 0(sp)
    addi sp, sp, 16
    ret

text: .asciz "and now the root\n"
    .balign 8
places:
    .dword 0x1000, 0x2000, 0x3000, 0x200000, 0x400000, 0xc0000000, 0x100000000, 0
    .include "lib.s"
