/* The life of a process: made by fork, ended by exit, buried by its parent's wait. */
#include "fs.h"
#include "proc.h"

static u64 numbers;
static struct process *first; /* inherits the children of the dead */

/* A process that begins in the kernel, at `body`. NULL: no memory. */
struct process *process_make(void (*body)(void))
{
    struct process *process = (struct process *)page_take();
    if (!process)
        return NULL;
    process->number = ++numbers;
    process->guard = STACK_GUARD;
    process->context.ra = (u64)body;
    process->context.sp = (u64)frame_of(process);
    if (!first)
        first = process;
    return process;
}

static void drop(struct process *process)
{
    space_free(&process->space);
    page_drop((u64)process);
}

static void begin_child(void)
{
    timer_program();
    enter_user(frame_of(current()));
}

/* The child goes on where the parent called, with 0 as its result. */
long process_fork(void)
{
    struct process *parent = current(), *child = process_make(begin_child);
    if (!child)
        return -1;
    if (!space_fork(&child->space, &parent->space)) {
        drop(child);
        return -1;
    }
    *frame_of(child) = *frame_of(parent);
    REG(frame_of(child), REG_A0) = 0;
    child->parent = parent;
    files_fork(child->files, parent->files);
    process_add(child);
    return child->number;
}

static void give_children_away(struct process *parent)
{
    for (struct process *each = parent->next; each != parent; each = each->next)
        if (each->parent == parent)
            each->parent = first;
    wake(first);
}

/* Its memory goes at once; number and status stay until the parent asks. */
void process_exit(int status)
{
    struct process *process = current();
    if (process == first)
        sbi_shutdown(status != 0);
    files_close(process->files);
    give_children_away(process);
    space_activate(kernel_root, 0);
    space_free(&process->space);
    process->status = status;
    process->state = ENDED;
    wake(process->parent);
    schedule();
    panic("the dead run");
}

/* The number of a child that has ended, after waiting for one; below 0: there are no children. */
long process_wait(int *status)
{
    struct process *parent = current();
    for (;;) {
        int children = 0;
        for (struct process *each = parent->next; each != parent; each = each->next) {
            if (each->parent != parent)
                continue;
            children++;
            if (each->state != ENDED)
                continue;
            long number = each->number;
            *status = each->status;
            process_remove(each);
            page_drop((u64)each);
            return number;
        }
        if (!children)
            return -1;
        process_sleep(parent);
    }
}
