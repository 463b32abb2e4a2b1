/* Lists all files with their sizes. */
#include "user.h"

int main(char *arguments)
{
    struct listed listed;
    for (u64 i = 0; list(i, &listed) == 0; i++)
        print("%s %d\n", listed.name, (u64)listed.size);
    return 0;
}
