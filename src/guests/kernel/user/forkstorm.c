/*
 * forkstorm N: N processes each the child of the one before, N children at once, and a tree. All are waited for and all exit
 * codes collected; all write to the same variable, which each must have for itself.
 */
#include "user.h"

static u64 private_page = 1;

/* A chain: the exit code counts those below. */
static int deep(u64 left)
{
    int status;
    if (left == 0)
        return 0;
    long child = fork();
    if (child == 0) {
        private_page = left;
        exit(deep(left - 1) + 1);
    }
    expect(child > 0 && wait(&status) == child, "the chain holds");
    expect(!(status & KILLED), "nobody is killed");
    return status;
}

static u64 wide(u64 count)
{
    u64 sum;
    for (u64 i = 1; i <= count; i++) {
        long child = fork();
        expect(child >= 0, "there is memory for all children");
        if (child == 0) {
            private_page = i;
            exit(private_page);
        }
    }
    expect(wait_for_all(&sum) == count, "all children are waited for");
    return sum;
}

/* Two children each, `levels` deep: the exit code is the number of leaves. */
static int tree(int levels)
{
    u64 sum;
    if (levels == 0)
        return 1;
    for (int i = 0; i < 2; i++) {
        long child = fork();
        expect(child >= 0, "there is memory for the tree");
        if (child == 0) {
            private_page = levels;
            exit(tree(levels - 1));
        }
    }
    expect(wait_for_all(&sum) == 2, "both children are waited for");
    return sum;
}

int main(char *arguments)
{
    u64 count = number(arguments);
    expect(count >= 1 && count <= 255, "forkstorm N, with N from 1 to 255");
    int levels = 1;
    while (2UL << levels < count)
        levels++;
    print("forkstorm: chain of %d\n", (u64)deep(count));
    print("forkstorm: %d at once, exit codes add up to %d\n", count, wide(count));
    print("forkstorm: tree with %d leaves\n", (u64)tree(levels));
    expect(private_page == 1, "a child's store is not seen by its parent");
    return 0;
}
