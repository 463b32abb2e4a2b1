/* From the firmware to the first process, in order. */
#include "fs.h"
#include "proc.h"

/* What runs if the command line does not say: enough to see that everything works, and not more. */
static const char *const DEFAULT_RUN = "forkstorm 5; mmaptest; selfmap; spin 2; fstest 3; syscalls 100; poweroff";

/* The command line's run="..." or run=word. Without it, but with something else there, the shell asks. */
static void what_to_run(char *to)
{
    const char *run = *board.bootargs ? option("run") : DEFAULT_RUN;
    char end = 0;
    if (run && *board.bootargs)
        end = *run == '"' ? *run++ : ' ';
    while (run && *run && *run != end)
        *to++ = *run++;
    *to = 0;
}

/* Process 1: what has to wait for devices, then the shell. */
static void first_process(void)
{
    char command[sizeof board.bootargs + 4] = "sh ";
    fs_start();
    what_to_run(command + 3);
    long arguments = exec(command);
    if (arguments < 0)
        panic("there is no shell");
    struct frame *frame = frame_of(current());
    REG(frame, REG_A0) = arguments;
    timer_program();
    enter_user(frame);
}

void kernel_main(u64 hart, u64 tree)
{
    sbi_start();
    board.hart = hart;
    tree_read(tree);
    print("kernel: hart %d, Sv39\n", hart);
    pages_start();
    kernel_space_start();
    traps_start(trap_entry);
    console_start();
    timer_start();
    struct process *first = process_make(first_process);
    if (!first || !space_make(&first->space))
        panic("no memory for the first process");
    files_start(first->files);
    process_add(first);
    schedule_first(first);
}
