/* What to do about a trap: interrupts, system calls, page faults that we repair, and programs that end by what they did. */
#include "arch.h"
#include "frame.h"
#include "kernel.h"
#include "proc.h"
#include "vm.h"

static void interrupt(u64 number)
{
    if (number == IRQ_TIMER)
        timer_interrupt();
    else if (number == IRQ_EXTERNAL)
        plic_interrupt();
    else
        panic("interrupt %d, which nobody enabled", number);
}

static int access_of(u64 cause)
{
    switch (cause) {
    case CAUSE_FETCH_FAULT: return PROT_EXEC;
    case CAUSE_LOAD_FAULT: return PROT_READ;
    case CAUSE_STORE_FAULT: return PROT_WRITE;
    default: return 0; /* not a page fault */
    }
}

/* From user mode; trap.s returns there when this returns. */
void user_trap(struct frame *frame)
{
    u64 cause = trap_cause();
    if (cause & CAUSE_INTERRUPT) {
        interrupt(cause & ~CAUSE_INTERRUPT);
    } else if (cause == CAUSE_ECALL) {
        frame->pc += 4; /* sepc is the ecall's own address */
        syscall(frame);
    } else {
        int access = access_of(cause);
        if (!access || !space_fault(&current()->space, trap_value(), access))
            process_exit(KILLED + cause);
    }
    if (reschedule)
        process_yield();
    timer_program();
}

/* From the kernel itself: interrupts come only while it waits for one, and an exception is a mistake of ours. */
void kernel_trap(struct frame *frame)
{
    u64 cause = trap_cause();
    if (!(cause & CAUSE_INTERRUPT))
        panic("the kernel trapped: scause 0x%x, sepc 0x%x, stval 0x%x", cause, frame->pc, trap_value());
    interrupt(cause & ~CAUSE_INTERRUPT);
}
