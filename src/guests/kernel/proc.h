/* Processes: who runs, who could, who waits for what. */
#pragma once
#include "frame.h"
#include "kernel.h"
#include "vm.h"

enum state { RUNNABLE, RUNNING, SLEEPING, ENDED };
enum { MOST_FILES = 8 };
enum file_kind { FILE_CLOSED, FILE_CONSOLE, FILE_DISK };

struct file {
    enum file_kind kind;
    u32 inode;
    u64 offset;
};

/* What context_switch keeps of a process that does not run (switch.s). */
struct context {
    u64 ra, sp, s[12];
};

/* Lies at the start of a page; at its end is the frame of its user program, and below that its kernel stack. */
struct process {
    enum state state;
    u64 number;
    int status; /* when it has ended */
    struct process *parent;
    struct process *next; /* all processes form a ring */
    const void *channel;  /* what it sleeps for */
    u64 wake_at;          /* sleeping until a time, if not 0 */
    u64 slice_end;        /* while others wait, if not 0 */
    struct context context;
    struct space space;
    struct file files[MOST_FILES];
    u64 guard; /* STACK_GUARD, or the kernel stack has grown over it */
};
#define STACK_GUARD 0x0123456789abcdefUL

/* tp holds the address of the frame. */
static inline struct process *current(void)
{
    u64 frame;
    asm volatile("mv %0, tp" : "=r"(frame));
    return (struct process *)PAGE_DOWN(frame);
}

static inline struct frame *frame_of(struct process *process)
{
    return (struct frame *)((u64)process + PAGE_SIZE) - 1;
}

/* switch.s */
void context_switch(struct context *from, struct context *to, struct frame *frame);

/* scheduler.c */
extern int reschedule; /* the process that runs should make room */
void process_add(struct process *process);
void process_remove(struct process *process);
void process_yield(void);
void process_sleep(const void *channel);
void process_sleep_until(u64 time);
void wake(const void *channel);
void wake_sleepers(u64 now);
int others_runnable(void);
u64 next_wake_up(void);
void schedule(void);
void schedule_first(struct process *process) __attribute__((noreturn));

/* process.c */
struct process *process_make(void (*body)(void));
long process_fork(void);
void process_exit(int status) __attribute__((noreturn));
long process_wait(int *status);
