/* Time. There is no regular tick: the timer is set for the next thing that is due, and not at all if nothing is. SBI ch. 6. */
#include "arch.h"
#include "kernel.h"
#include "proc.h"

enum { SLICE_MS = 1 };
#define NEVER (~0UL)

/* What the firmware was asked for last. */
static u64 set_for = NEVER;

u64 timer_after(u64 milliseconds) { return time_now() + milliseconds * (board.timebase / 1000); }

void timer_start(void) { sbi_set_timer(NEVER); }

static void set(u64 deadline)
{
    if (deadline == set_for)
        return;
    set_for = deadline;
    sbi_set_timer(deadline);
}

/* Who runs alone is not interrupted; one of several has a slice from when it needs one. */
void timer_program(void)
{
    u64 deadline = next_wake_up();
    if (others_runnable()) {
        struct process *process = current();
        if (!process->slice_end)
            process->slice_end = timer_after(SLICE_MS);
        if (process->slice_end < deadline)
            deadline = process->slice_end;
    }
    set(deadline);
}

/* Pending until the timer is set anew: timer_program does that, here to the time that never comes. */
void timer_interrupt(void)
{
    set(NEVER);
    wake_sleepers(time_now());
    reschedule = 1;
}
