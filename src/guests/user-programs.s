# A small kernel: two user programs in address spaces of their own, system calls, and pages that appear when touched.
#
# Both programs are the same code at the same address; they differ in what their data page holds. The kernel lies at its
# own physical address in both spaces, without U. Frames for tables and pages come off FREE upwards; all are zero.
    .equ USER_CODE, 0x10000
    .equ USER_DATA, 0x20000     # holds the number of the process
    .equ USER_HEAP, 0x40000     # 16 pages, mapped when first touched
    .equ HEAP_END, 0x50000
    .equ FREE, 0x80280000
    .equ TABLE, 0x01            # page-table entries: V
    .equ CODE_PAGE, 0x1b        # V R X U: A and D are left for the hardware to set
    .equ DATA_PAGE, 0x17        # V R W U
    .equ KERNEL_LEAF, 0xcf      # V R W X A D
    .equ SUM, 0x40000           # sstatus: S-mode may use pages of U-mode
    .equ PROCESS_SHIFT, 9       # a process: 512 bytes; x1..x31 at 8 x number, then:
    .equ SATP, 256
    .equ PC, 264
    .equ TABLE0, 272            # its last-level table, for the report at the end

_start:
    la sp, stack_top
    la t0, trap
    csrw stvec, t0
    li s11, FREE
    li s9, 2                    # processes alive
    li s8, 0                    # page faults served

    la s0, processes
    li s1, 0
1:  call make_space
    li t0, USER_CODE
    sd t0, PC(s0)
    addi s0, s0, 512
    addi s1, s1, 1
    li t0, 2
    blt s1, t0, 1b
    la s0, processes            # s0 is the present process from here on

# Back to the user program of s0. The kernel's own registers s8, s9 and s11 rest in `kernel` meanwhile.
resume:
    la t0, kernel
    sd s8, 0(t0)
    sd s9, 8(t0)
    sd s11, 16(t0)
    ld t0, SATP(s0)
    csrw satp, t0
    sfence.vma
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

    .balign 4
trap:
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
    la t0, kernel
    ld s8, 0(t0)
    ld s9, 8(t0)
    ld s11, 16(t0)
    csrr t0, sepc
    sd t0, PC(s0)
    csrr s1, scause
    csrr s2, stval
    li t0, 8
    beq s1, t0, system_call
    li t0, 12
    bltu s1, t0, not_expected
    li t0, 15
    bgtu s1, t0, not_expected

# A page fault. In the heap: map a page and let the instruction run again. Elsewhere: say so and go on behind it.
    li t0, USER_HEAP
    bltu s2, t0, bad_access
    li t0, HEAP_END
    bgeu s2, t0, bad_access
    addi s8, s8, 1
    call allocate
    li a1, DATA_PAGE
    mv a2, s2
    call map_page
    j resume
bad_access:
    call put_process
    la a0, text_fault
    mv a1, s1
    call put_value
    la a0, text_stval
    mv a1, s2
    call put_value
    li t0, 12                   # nothing can be behind an instruction that cannot be fetched: return to the caller
    ld t1, 8(s0)
    beq s1, t0, 1f
    ld t1, PC(s0)
    li t0, SUM
    csrs sstatus, t0
    lhu t2, 0(t1)
    csrc sstatus, t0
    addi t1, t1, 2
    andi t2, t2, 3
    li t0, 3
    bne t2, t0, 1f
    addi t1, t1, 2
1:  sd t1, PC(s0)
    j resume

not_expected:
    j unexpected_trap

# System calls, by a7: 1 write(text), 2 yield(), 3 exit(code), 4 twice(number).
system_call:
    ld t0, PC(s0)
    addi t0, t0, 4
    sd t0, PC(s0)
    ld t0, 136(s0)              # a7
    ld s3, 80(s0)               # a0
    li t1, 1
    beq t0, t1, write
    li t1, 2
    beq t0, t1, yield
    li t1, 3
    beq t0, t1, exit
    add s3, s3, s3
    sd s3, 80(s0)
    j resume
write:
    call put_process
    li t0, SUM
    csrs sstatus, t0
    mv a0, s3
    call puts
    li t0, SUM
    csrc sstatus, t0
    j resume
yield:
    li t0, 2
    bne s9, t0, resume          # the other one has ended
    call other_process
    j resume
exit:
    call put_process
    la a0, text_exit
    mv a1, s3
    call put_value
    call other_process
    addi s9, s9, -1
    bnez s9, resume

    la a0, text_faults
    mv a1, s8
    call put_value
    ld s3, TABLE0(s0)
    la a0, text_code
    ld a1, 0x80(s3)             # entry of page 0x10: 8 bytes each
    andi a1, a1, 0xff
    call put_value
    la a0, text_written
    ld a1, 0x200(s3)            # 0x40
    andi a1, a1, 0xff
    call put_value
    la a0, text_only_read
    ld a1, 0x278(s3)            # 0x4f
    andi a1, a1, 0xff
    call put_value
    li a0, 0
    j shutdown

other_process:
    xori s0, s0, 512            # `processes` is aligned to its size
    ret

# Prints "process N: ".
put_process:
    addi sp, sp, -16
    sd ra, 0(sp)
    la a0, text_process
    call puts
    la t0, processes
    sub a0, s0, t0
    srli a0, a0, PROCESS_SHIFT
    addi a0, a0, '0'
    call putc
    la a0, text_colon
    call puts
    ld ra, 0(sp)
    addi sp, sp, 16
    ret

# Returns a zeroed frame in a0.
allocate:
    mv a0, s11
    li t0, 4096
    add s11, s11, t0
    ret

# Enters the frame a0, with the flags a1, at the address a2 of the process s0.
map_page:
    ld t0, TABLE0(s0)
    srli t1, a2, 9              # address >> 12, times 8
    li t2, 0xff8
    and t1, t1, t2
    add t0, t0, t1
    srli t1, a0, 2              # PPN << 10
    or t1, t1, a1
    sd t1, 0(t0)
    sfence.vma a2, zero
    ret

# Gives the process s0, whose number is s1, its tables, its code and its data page.
make_space:
    addi sp, sp, -16
    sd ra, 0(sp)
    call allocate
    mv s2, a0                   # root
    call allocate
    mv s3, a0                   # for addresses below 1 GiB
    call allocate
    mv s4, a0                   # for addresses below 2 MiB
    sd s4, TABLE0(s0)
    srli t0, s3, 2
    ori t0, t0, TABLE
    sd t0, 0(s2)
    srli t0, s4, 2
    ori t0, t0, TABLE
    sd t0, 0(s3)
    li t0, 0x20000000 + KERNEL_LEAF
    sd t0, 16(s2)               # 0x80000000, 1 GiB
    la a0, program
    li a1, CODE_PAGE
    li a2, USER_CODE
    call map_page
    call allocate
    sd s1, 0(a0)
    li a1, DATA_PAGE
    li a2, USER_DATA
    call map_page
    srli t0, s2, 12
    li t1, 8
    slli t1, t1, 60
    or t0, t0, t1
    sd t0, SATP(s0)
    ld ra, 0(sp)
    addi sp, sp, 16
    ret

text_process:   .asciz "process "
text_colon:     .asciz ": "
text_fault:     .asciz "bad access, scause "
text_stval:     .asciz "  stval "
text_exit:      .asciz "exits with "
text_faults:    .asciz "pages mapped on demand: "
text_code:      .asciz "entry of a code page: "
text_written:   .asciz "entry of a written page: "
text_only_read: .asciz "entry of a page that was only read: "

    .balign 1024
processes:
    .zero 1024
kernel:
    .zero 24

# The user program. Position-independent: it is linked with the kernel and runs at USER_CODE.
    .balign 4096
program:
    lla a0, text_hello
    li a7, 1
    ecall
    li s0, USER_DATA
    ld s1, 0(s0)                # 0 or 1
    li s2, USER_HEAP
    li s3, 0
1:  addi s4, s1, 1              # page n holds n x (number + 1)
    mul s4, s4, s3
    sd s4, 16(s2)
    li a7, 2                    # yield after each page: the other address space gets its turn
    ecall
    li t0, 4096
    add s2, s2, t0
    addi s3, s3, 1
    li t0, 15
    blt s3, t0, 1b
    ld t0, 0(s2)                # the 16th page is only read

    li s2, USER_HEAP
    li s5, 0
2:  ld t0, 16(s2)
    add s5, s5, t0
    li t0, 4096
    add s2, s2, t0
    addi s3, s3, -1
    bnez s3, 2b

    bnez s1, 3f                 # only process 0 goes where it may not
    li t0, USER_CODE
    sw zero, 8(t0)              # its own code, read-only
    li t0, 0x80200000
    ld zero, 0(t0)              # the kernel
    li t0, USER_DATA
    jalr t0                     # data, not executable
    li t0, 0x30000
    ld zero, 8(t0)              # not mapped
3:  mv a0, s5
    li a7, 4
    ecall
    li a7, 3
    ecall
text_hello:
    .asciz "hello from U-mode\n"
    .balign 4
    .include "lib.s"
