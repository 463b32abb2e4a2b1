/* System calls: a table from numbers (lib/syscalls.h) to what they do. */
#include "fs.h"
#include "proc.h"

typedef long (*handler)(u64 a, u64 b, u64 c);

static struct space *own(void) { return &current()->space; }

static long sys_exit(u64 code, u64 b, u64 c) { process_exit(code & 0xff); }
static long sys_fork(u64 a, u64 b, u64 c) { return process_fork(); }
static long sys_getpid(u64 a, u64 b, u64 c) { return current()->number; }

static long sys_wait(u64 status_at, u64 b, u64 c)
{
    int status;
    long number = process_wait(&status);
    if (number >= 0 && status_at && !copy_out(own(), status_at, &status, sizeof status))
        return -1;
    return number;
}

static long sys_exec(u64 command_at, u64 b, u64 c)
{
    char command[256];
    return copy_in_text(own(), command, command_at, sizeof command) ? exec(command) : -1;
}

static long sys_yield(u64 a, u64 b, u64 c)
{
    process_yield();
    return 0;
}

static long sys_sleep(u64 milliseconds, u64 b, u64 c)
{
    process_sleep_until(timer_after(milliseconds));
    return 0;
}

static long sys_read(u64 file, u64 to, u64 length) { return file_read(file, to, length); }
static long sys_write(u64 file, u64 from, u64 length) { return file_write(file, from, length); }
static long sys_close(u64 file, u64 b, u64 c) { return file_close(file); }

static long sys_open(u64 name_at, u64 create, u64 c)
{
    char name[NAME_LENGTH];
    return copy_in_text(own(), name, name_at, sizeof name) ? file_open(name, create == OPEN_CREATE) : -1;
}

static long sys_unlink(u64 name_at, u64 b, u64 c)
{
    char name[NAME_LENGTH];
    return copy_in_text(own(), name, name_at, sizeof name) ? fs_unlink(name) : -1;
}

static long sys_list(u64 index, u64 to, u64 c)
{
    struct listed listed;
    return fs_list(index, &listed) && copy_out(own(), to, &listed, sizeof listed) ? 0 : -1;
}

static long sys_fscheck(u64 a, u64 b, u64 c) { return fs_check(); }
static long sys_mmap(u64 address, u64 length, u64 prot) { return space_mmap(own(), address, length, prot); }
static long sys_munmap(u64 address, u64 length, u64 c) { return space_munmap(own(), address, length); }
static long sys_mprotect(u64 address, u64 length, u64 prot) { return space_mprotect(own(), address, length, prot); }
static long sys_tables(u64 a, u64 b, u64 c) { return space_show_tables(own()); }
static long sys_swap(u64 one, u64 other, u64 c) { return space_swap(own(), one, other); }
static long sys_poweroff(u64 a, u64 b, u64 c) { sbi_shutdown(0); }

static const handler handlers[SYS_COUNT] = {
    [SYS_EXIT] = sys_exit,       [SYS_FORK] = sys_fork,       [SYS_WAIT] = sys_wait,         [SYS_EXEC] = sys_exec,
    [SYS_GETPID] = sys_getpid,   [SYS_YIELD] = sys_yield,     [SYS_SLEEP] = sys_sleep,       [SYS_READ] = sys_read,
    [SYS_WRITE] = sys_write,     [SYS_OPEN] = sys_open,       [SYS_CLOSE] = sys_close,       [SYS_UNLINK] = sys_unlink,
    [SYS_LIST] = sys_list,       [SYS_FSCHECK] = sys_fscheck, [SYS_MMAP] = sys_mmap,         [SYS_MUNMAP] = sys_munmap,
    [SYS_MPROTECT] = sys_mprotect, [SYS_TABLES] = sys_tables, [SYS_SWAP] = sys_swap,         [SYS_POWEROFF] = sys_poweroff,
};

void syscall(struct frame *frame)
{
    u64 number = REG(frame, REG_A7);
    long result = -1;
    if (number < SYS_COUNT)
        result = handlers[number](REG(frame, REG_A0), REG(frame, REG_A1), REG(frame, REG_A2));
    REG(frame, REG_A0) = result;
}
