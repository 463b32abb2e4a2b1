# Reads blocks of 4 KiB from a disk, and adds up all that they hold. Which disk, and how many blocks, are parameters in this image:
# `hv compare io` plugs a disk in and sets them. By itself it reads nothing.
    .equ ATA, 0x10200000
    .equ IDEAL, 0x10210000
    .equ VIRTIO, 0x10001000     # eight slots, 0x1000 apart
    .equ PLIC, 0x0c000000
    .equ PLIC_ENABLE, 0x0c002080    # S-mode of hart 0 is context 1
    .equ PLIC_CONTEXT, 0x0c201000   # threshold; claim and complete 4 further
    .equ QUEUE, 0x80300000      # 64 descriptors; the driver's ring 0x400 further, the device's 0x800
    .equ HEADERS, 0x80301000    # 16 bytes for each request
    .equ STATUSES, 0x80301800   # a byte for each
    .equ BUFFERS, 0x80400000

_start:
    la sp, stack_top
    la t0, unexpected_trap
    csrw stvec, t0
    la t0, disk
    ld s6, 0(t0)
    ld s1, 8(t0)                # blocks to read
    ld s2, 16(t0)               # at a time
    li s0, 0                    # the next one
    li s3, 0                    # sum
    beqz s1, 9f
    li t0, 1
    la s7, ata_read
    beq s6, t0, 1f
    li t0, 2
    la s7, ideal_read
    beq s6, t0, 1f
    call virtio_start
    la s7, virtio_read
1:  jalr s7                     # s2 blocks, from s0 on, to BUFFERS
    li t0, BUFFERS
    slli t1, s2, 12
    add t1, t0, t1
2:  ld t2, 0(t0)
    add s3, s3, t2
    addi t0, t0, 8
    bltu t0, t1, 2b
    add s0, s0, s2
    bltu s0, s1, 1b
9:  la a0, text_blocks
    mv a1, s0
    call put_value
    la a0, text_sum
    mv a1, s3
    call put_value
    li a0, 0
    j shutdown

# The disk does not do what was asked.
broken:
    la a0, text_broken
    mv a1, s0
    call put_value
    li a0, 1
    j shutdown

# ATA/ATAPI-6, READ SECTOR(S): 8 sectors, each word of them through the register Data. Registers are 4 bytes apart.
ata_read:
    li a0, ATA
    li t0, 8
    sb t0, 0x08(a0)             # Sector Count
    slli t1, s0, 3
    sb t1, 0x0c(a0)             # LBA Low, Mid, High
    srli t1, t1, 8
    sb t1, 0x10(a0)
    srli t1, t1, 8
    sb t1, 0x14(a0)
    li t1, 0x40
    sb t1, 0x18(a0)             # Device: LBA
    li t1, 0x20
    sb t1, 0x1c(a0)             # Command
    li a1, BUFFERS
1:  lbu t1, 0x20(a0)            # Alternate Status: BSY
    andi t1, t1, 0x80
    bnez t1, 1b
    lbu t1, 0x1c(a0)            # Status: ERR, DRQ; and the device knows that we know
    andi t1, t1, 0x09
    addi t1, t1, -8
    bnez t1, broken
    li t2, 256
2:  lhu t1, 0(a0)               # Data
    sh t1, 0(a1)
    addi a1, a1, 2
    addi t2, t2, -1
    bnez t2, 2b
    addi t0, t0, -1
    bnez t0, 1b
    ret

# The ideal disk: one store moves a block, and it is there when the store is done.
ideal_read:
    li a0, IDEAL
    slli t0, s0, 36
    li t1, BUFFERS >> 12
    or t0, t0, t1
    sd t0, 0(a0)
    ld t0, 8(a0)                # the first error
    bnez t0, broken
    ret

# Virtio 1.2, 3.1.1 "Device Initialization", for the slot that has a block device; its interrupt leads to hart 0. s8 = its registers,
# s9 = its interrupt, s10 = how many requests there have been.
virtio_start:
    li s8, VIRTIO
    li s9, 1
    li t2, 0x1000
1:  lw t0, 0x08(s8)             # DeviceID
    li t1, 2
    beq t0, t1, 2f
    add s8, s8, t2
    addi s9, s9, 1
    li t1, 9
    bltu s9, t1, 1b
    j broken
2:  sw zero, 0x70(s8)           # Status: reset
    li t0, 3                    # ACKNOWLEDGE, DRIVER
    sw t0, 0x70(s8)
    sw zero, 0x24(s8)           # features 31:0: none
    sw zero, 0x20(s8)
    li t0, 1
    sw t0, 0x24(s8)             # features 63:32: VERSION_1
    sw t0, 0x20(s8)
    li t0, 11                   # and FEATURES_OK
    sw t0, 0x70(s8)
    sw zero, 0x30(s8)           # QueueSel
    li t0, 64
    lw t1, 0x34(s8)             # QueueSizeMax
    bltu t1, t0, broken
    sw t0, 0x38(s8)
    li t0, QUEUE
    sw t0, 0x80(s8)             # descriptors
    sw zero, 0x84(s8)
    addi t1, t0, 0x400
    sw t1, 0x90(s8)             # the driver's ring
    sw zero, 0x94(s8)
    addi t1, t1, 0x400
    sw t1, 0xa0(s8)             # the device's
    sw zero, 0xa4(s8)
    li t0, 1
    sw t0, 0x44(s8)             # QueueReady
    li t0, 15                   # and DRIVER_OK
    sw t0, 0x70(s8)
    li t0, PLIC
    slli t1, s9, 2
    add t0, t0, t1
    li t1, 1
    sw t1, 0(t0)                # priority 1
    sll t1, t1, s9
    li t0, PLIC_ENABLE
    sw t1, 0(t0)
    li t0, PLIC_CONTEXT
    sw zero, 0(t0)
    li t0, 0x200                # SEIE: to wake from wfi. sstatus.SIE stays clear, so there are no traps
    csrw sie, t0
    li s10, 0
    ret

# s2 requests (2.7.5, 5.2.6), each of a header, a block and a status; then one notification, and one interrupt for all of them.
virtio_read:
    li a0, QUEUE
    li a1, HEADERS
    li a2, STATUSES
    li a3, BUFFERS
    li a4, 0                    # the descriptor
    mv a5, s0                   # the block
    addi a6, a0, 0x404          # the driver's ring
    mv a7, s2
1:  sd zero, 0(a1)              # type: read
    slli t0, a5, 3
    sd t0, 8(a1)                # sector
    sd a1, 0(a0)                # header: 16 bytes, NEXT
    li t0, 16
    sw t0, 8(a0)
    li t0, 1
    sh t0, 12(a0)
    addi t0, a4, 1
    sh t0, 14(a0)
    sd a3, 16(a0)               # block: NEXT, device writes
    li t0, 4096
    sw t0, 24(a0)
    add a3, a3, t0
    li t0, 3
    sh t0, 28(a0)
    addi t0, a4, 2
    sh t0, 30(a0)
    sb t0, 0(a2)
    sd a2, 32(a0)               # status: 1 byte, device writes
    li t0, 1
    sw t0, 40(a0)
    li t0, 2
    sh t0, 44(a0)
    andi t0, s10, 63
    slli t0, t0, 1
    add t0, t0, a6
    sh a4, 0(t0)
    addi s10, s10, 1
    addi a0, a0, 48
    addi a1, a1, 16
    addi a2, a2, 1
    addi a4, a4, 3
    addi a5, a5, 1
    addi a7, a7, -1
    bnez a7, 1b
    fence
    sh s10, -2(a6)              # available
    fence
    sw zero, 0x50(s8)           # QueueNotify
    li a6, QUEUE + 0x802        # used
2:  wfi
    li t0, PLIC_CONTEXT
    lw t1, 4(t0)                # claim
    bne t1, s9, 2b
    lw t2, 0x60(s8)             # InterruptStatus
    sw t2, 0x64(s8)             # InterruptACK
    sw t1, 4(t0)                # complete
    lhu t2, 0(a6)
    slli t0, s10, 48
    srli t0, t0, 48
    bne t2, t0, 2b
    fence
    li a2, STATUSES
    mv a7, s2
3:  lbu t0, 0(a2)
    bnez t0, broken
    addi a2, a2, 1
    addi a7, a7, -1
    bnez a7, 3b
    ret

text_blocks:    .asciz "blocks: "
text_sum:       .asciz "sum: "
text_broken:    .asciz "no data at block "
    .balign 8
disk:           .dword 0        # 1 ATA, 2 ideal, 3 virtio; blocks to read; blocks at a time (virtio: up to 16)
                .dword 0
                .dword 1
    .include "lib.s"
