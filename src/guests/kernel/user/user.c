/* What user programs share. */
#include "user.h"

void exit(int code)
{
    for (;;)
        system_call(SYS_EXIT, code, 0, 0);
}

void print(const char *pattern, ...)
{
    char text[160];
    __builtin_va_list arguments;
    __builtin_va_start(arguments, pattern);
    u64 length = format(text, sizeof text, pattern, arguments);
    __builtin_va_end(arguments);
    write(1, text, length);
}

u64 wait_for_all(u64 *sum)
{
    u64 count = 0;
    int status;
    for (*sum = 0; wait(&status) >= 0; count++)
        *sum += status;
    return count;
}

int status_of(void (*action)(u64 argument), u64 argument)
{
    int status = -1;
    long child = fork();
    if (child == 0) {
        action(argument);
        exit(0);
    }
    while (child > 0 && wait(&status) != child)
        ;
    return status;
}

void expect(int is_so, const char *what)
{
    if (is_so)
        return;
    print("FAILED: %s\n", what);
    exit(1);
}
