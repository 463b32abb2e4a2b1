/* Who runs next: round robin over the ring of processes. The kernel itself is never pre-empted, so it needs no locks. */
#include "proc.h"

#define NEVER (~0UL)

int reschedule;

static u64 runnable, sleepers; /* how many wait for the hart, and for a time */

static void set_state(struct process *process, enum state state)
{
    runnable -= process->state == RUNNABLE;
    runnable += state == RUNNABLE;
    process->state = state;
}

/* A new process, which is runnable, comes behind the one that runs. */
void process_add(struct process *process)
{
    struct process *before = current() ? current() : process;
    if (before != process) {
        process->next = before->next;
        before->next = process;
    } else {
        process->next = process;
    }
    runnable++;
}

void process_remove(struct process *process)
{
    struct process *before = process;
    while (before->next != process)
        before = before->next;
    before->next = process->next;
}

int others_runnable(void) { return runnable > 0; }

static struct process *next_runnable(void)
{
    struct process *process = current();
    do
        process = process->next;
    while (process->state != RUNNABLE && process != current());
    return process->state == RUNNABLE ? process : NULL;
}

/* Gives the hart to the next one; returns when it is this one's turn again. With nobody to run, the hart waits. */
void schedule(void)
{
    struct process *from = current(), *to;
    if (from->guard != STACK_GUARD)
        panic("a kernel stack was too small");
    while (!(to = next_runnable())) {
        timer_program();
        wait_for_interrupt();
    }
    reschedule = 0;
    set_state(to, RUNNING);
    to->slice_end = 0;
    if (to == from)
        return;
    space_enter(&to->space);
    context_switch(&from->context, &to->context, frame_of(to));
}

/* From the boot stack, to which nobody returns. */
void schedule_first(struct process *process)
{
    static struct context boot;
    set_state(process, RUNNING);
    space_enter(&process->space);
    context_switch(&boot, &process->context, frame_of(process));
    panic("the boot stack runs again");
}

void process_yield(void)
{
    set_state(current(), RUNNABLE);
    schedule();
}

void process_sleep(const void *channel)
{
    current()->channel = channel;
    set_state(current(), SLEEPING);
    schedule();
}

void process_sleep_until(u64 time)
{
    current()->wake_at = time;
    sleepers++;
    process_sleep(NULL);
}

static void wake_one(struct process *process)
{
    sleepers -= process->wake_at != 0;
    process->wake_at = 0;
    process->channel = NULL;
    set_state(process, RUNNABLE);
}

/* All who sleep for this; each looks again whether it is there. */
void wake(const void *channel)
{
    struct process *process = current();
    do {
        if (process->state == SLEEPING && process->channel == channel)
            wake_one(process);
        process = process->next;
    } while (process != current());
}

void wake_sleepers(u64 now)
{
    struct process *process = current();
    do {
        if (process->wake_at && process->wake_at <= now)
            wake_one(process);
        process = process->next;
    } while (sleepers && process != current());
}

u64 next_wake_up(void)
{
    u64 first = NEVER;
    struct process *process = current();
    if (!sleepers)
        return NEVER;
    do {
        if (process->wake_at && process->wake_at < first)
            first = process->wake_at;
        process = process->next;
    } while (process != current());
    return first;
}
