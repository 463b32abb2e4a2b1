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
    .ifdef PARAVIRTUAL
    la t2, shared
    ld t0, 32(t2)               # pc
    ld t1, 24(t2)               # status
    .else
    csrr t0, sepc
    csrr t1, sstatus
    .endif
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
    .ifndef PARAVIRTUAL         # where tp and `scratch` are exchanged already, and the kernel has an entry of its own
    csrrw tp, sscratch, tp
    beqz tp, from_kernel
    .endif

    move_registers sd, tp
    sd sp, 16(tp)
    mv sp, tp                   # the kernel's stack lies below the frame
    .ifdef PARAVIRTUAL
    la t2, shared
    ld t0, 56(t2)               # scratch
    .else
    csrrw t0, sscratch, zero
    .endif
    sd t0, 32(sp)               # the user's tp
    save_pc
    mv a0, sp
    call user_trap

    .ifdef PARAVIRTUAL
    mv a0, sp
    j enter_user                # pv/hypervisor.c

    .globl kernel_entry
kernel_entry:
    addi sp, sp, -FRAME_SIZE
    move_registers sd, sp
    sd tp, 32(sp)
    addi t0, sp, FRAME_SIZE
    sd t0, 16(sp)
    save_pc
    mv a0, sp
    call kernel_trap
    mv a0, sp
    j enter_user
    .else

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
    .endif
