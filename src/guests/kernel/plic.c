/* Interrupts of devices. RISC-V Platform-Level Interrupt Controller Specification, "Memory Map". */
#include "arch.h"
#include "kernel.h"

enum { SOURCES = 64 };
enum { PRIORITY = 0, ENABLE = 0x2000, ENABLE_SIZE = 0x80, CONTEXT = 0x200000, CONTEXT_SIZE = 0x1000, CLAIM = 4 };

static void (*handlers[SOURCES])(void);

static volatile u32 *reg(u64 offset) { return (volatile u32 *)(board.plic.base + offset); }

/* Contexts come in pairs on this board: a hart's M-mode, then its S-mode. */
static u64 context(void) { return 2 * board.hart + 1; }
static volatile u32 *context_reg(u64 offset) { return reg(CONTEXT + CONTEXT_SIZE * context() + offset); }

int plic_present(void) { return board.plic.base != 0; }

void plic_enable(u32 source, void (*handler)(void))
{
    if (!plic_present() || source == 0 || source >= SOURCES)
        return;
    handlers[source] = handler;
    *reg(PRIORITY + 4 * source) = 1;
    *reg(ENABLE + ENABLE_SIZE * context() + source / 32 * 4) |= 1U << source % 32;
    *context_reg(0) = 0; /* threshold: let all through */
}

/* Claiming tells the source and clears its pending bit; completing lets it interrupt again. */
void plic_interrupt(void)
{
    u32 source;
    while ((source = *context_reg(CLAIM)) != 0) {
        if (source < SOURCES && handlers[source])
            handlers[source]();
        *context_reg(CLAIM) = source;
    }
}
