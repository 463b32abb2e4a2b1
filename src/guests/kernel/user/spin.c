/* spin N: N processes that never give the hart away and wait for each other all the same: only a timer gets them through. */
#include "user.h"

enum { MOST = 32, ROUNDS = 3 };

/* A round ends when every counter has reached it. */
static void spin(volatile u64 *counters, u64 mine, u64 count)
{
    for (u64 round = 1; round <= ROUNDS; round++) {
        counters[mine] = round;
        for (u64 i = 0; i < count; i++)
            while (counters[i] < round)
                ;
    }
}

int main(char *arguments)
{
    u64 count = number(arguments), sum;
    expect(count >= 1 && count <= MOST, "spin N, with N from 1 to 32");
    long shared = mmap(0, PAGE_SIZE, PROT_READ | PROT_WRITE | MAP_SHARED);
    expect(shared > 0, "a shared page");
    for (u64 i = 0; i < count; i++)
        if (fork() == 0) {
            spin((volatile u64 *)shared, i, count);
            exit(i + 1);
        }
    u64 ended = wait_for_all(&sum);
    print("spin: %d of %d came through %d rounds\n", ended, count, (u64)ROUNDS);
    return sum != count * (count + 1) / 2;
}
