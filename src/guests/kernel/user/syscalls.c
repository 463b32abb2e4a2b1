/* syscalls N: N of the cheapest system call, as a measure of what one costs. */
#include "user.h"

int main(char *arguments)
{
    u64 count = number(arguments), number_seen = getpid(), same_number = 0;
    for (u64 i = 0; i < count; i++)
        same_number += (u64)getpid() == number_seen;
    print("syscalls: %d\n", same_number);
    return 0;
}
