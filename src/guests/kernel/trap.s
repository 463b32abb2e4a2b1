# Into the kernel and out of it: saves and restores x1..x31, the pc and sstatus. Privileged, "Supervisor Trap Handling".
#
# While user code runs, sscratch holds the address of the process's frame (frame.h); while the kernel runs, zero.
# The kernel keeps the frame's address in tp.
    .equ PC, 0
    .equ STATUS, 256
    .equ FRAME_SIZE, 272

    # All registers but sp and tp to or from the frame at \base.
    .macro move_registers move, base
    \move x1, 8(\base)
    \move x3, 24(\base)
    .irp number, 5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    \move x\number, 8*\number(\base)
    .endr
    .endm

    .macro save_pc
    csrr t0, sepc
    csrr t1, sstatus
    sd t0, PC(sp)
    sd t1, STATUS(sp)
    .endm

    .macro restore_pc
    ld t0, PC(sp)
    ld t1, STATUS(sp)
    csrw sepc, t0
    csrw sstatus, t1
    .endm

    .text
    .balign 4
    .globl trap_entry
trap_entry:
    csrrw tp, sscratch, tp
    beqz tp, from_kernel

    move_registers sd, tp
    sd sp, 16(tp)
    mv sp, tp                   # the kernel's stack lies below the frame
    csrrw t0, sscratch, zero
    sd t0, 32(sp)               # the user's tp
    save_pc
    mv a0, sp
    call user_trap

user_return:                    # sp = tp = the frame
    restore_pc
    csrw sscratch, sp
    move_registers ld, sp
    ld tp, 32(sp)
    ld sp, 16(sp)
    sret

    .globl enter_user
enter_user:                     # a0 = the frame: a process begins, or begins anew
    mv sp, a0
    j user_return

from_kernel:                    # an interrupt while nobody runs, or a mistake of the kernel
    csrrw tp, sscratch, zero
    addi sp, sp, -FRAME_SIZE
    move_registers sd, sp
    save_pc
    mv a0, sp
    call kernel_trap
    restore_pc
    move_registers ld, sp
    addi sp, sp, FRAME_SIZE
    sret
