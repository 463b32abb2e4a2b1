/* Calls of the hypervisor, traps and interrupts. */
#include "../kernel.h"
#include "../proc.h"
#include "hypervisor.h"

enum { MOST_CALLS = 16, MOST_UPDATES = 256, MOST_STRETCHES = 16 };

volatile struct shared_info shared __attribute__((aligned(PAGE_SIZE)));

static struct call {
    u64 arguments[6], function, extension;
} calls[MOST_CALLS];
static struct update {
    pte_t *entry, value;
} updates[MOST_UPDATES];
static u64 call_count, update_count;

static u64 hypercall(u64 function, u64 first, u64 second)
{
    register u64 a0 asm("a0") = first;
    register u64 a1 asm("a1") = second;
    register u64 a6 asm("a6") = function;
    register u64 a7 asm("a7") = HYPERVISOR;
    asm volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a6), "r"(a7) : "memory");
    if (a0)
        panic("hypercall %d: error %d after %d", function, -a0, a1);
    return a1;
}

void hypervisor_queue(u64 extension, u64 function, u64 first, u64 second)
{
    if (call_count == MOST_CALLS)
        updates_send();
    calls[call_count++] = (struct call){{first, second}, function, extension};
}

/* One call for as many updates as follow each other. */
void hypervisor_update(pte_t *entry, pte_t value)
{
    if (call_count == MOST_CALLS || update_count == MOST_UPDATES)
        updates_send();
    if (!call_count || calls[call_count - 1].function != UPDATE)
        hypervisor_queue(HYPERVISOR, UPDATE, (u64)&updates[update_count], 0);
    calls[call_count - 1].arguments[1]++;
    updates[update_count++] = (struct update){entry, value};
}

void updates_send(void)
{
    u64 count = call_count;
    call_count = update_count = 0;
    if (count)
        hypercall(MULTICALL, (u64)calls, count);
}

/* Between a page's address and the one that it has in the host. What is not RAM has only one. */
u64 translate(u64 page, int from)
{
    static struct stretch {
        u64 at[2], size;
    } stretches[MOST_STRETCHES];
    if (!stretches->size && hypercall(MEMORY_MAP, (u64)stretches, MOST_STRETCHES) > MOST_STRETCHES)
        panic("RAM in too many pieces");
    for (struct stretch *each = stretches; each < stretches + MOST_STRETCHES; each++)
        if (page - each->at[from] < each->size)
            return page - each->at[from] + each->at[!from];
    return page;
}

void kernel_entry(void);

void traps_start(void (*entry)(void))
{
    hypercall(SET_SHARED_INFO, (u64)&shared, 0);
    hypercall(SET_ENTRIES, (u64)entry, (u64)kernel_entry);
    shared.mask = 1;
    shared.enabled = 1UL << IRQ_TIMER | 1UL << IRQ_EXTERNAL;
}

void wait_for_interrupt(void)
{
    shared.mask = 0;
    hypervisor_queue(HYPERVISOR, BLOCK, 0, 0);
    updates_send();
    shared.mask = 1;
}

/* The way out: to user code or, after an interrupt of the kernel, back into it. */
void enter_user(struct frame *frame)
{
    if (!(frame->status & SSTATUS_SPP))
        shared.scratch = (u64)frame;
    hypervisor_queue(HYPERVISOR, RETURN, (u64)frame, 0);
    updates_send();
    __builtin_unreachable();
}
