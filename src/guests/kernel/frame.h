/* What trap.s saves of an interrupted program. The frame lies at the end of the page that a process's kernel stack has. */
#pragma once
#include "lib/types.h"

struct frame {
    u64 pc;
    u64 x[31]; /* x[n - 1] is register xn */
    u64 status;
    u64 unused;
};

enum { REG_SP = 2, REG_A0 = 10, REG_A1 = 11, REG_A2 = 12, REG_A7 = 17 };
#define REG(frame, number) ((frame)->x[(number) - 1])
_Static_assert(sizeof(struct frame) == 272, "trap.s counts on it");
