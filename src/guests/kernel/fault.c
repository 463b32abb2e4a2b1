/* Page faults that are repaired: pages that come when they are first touched, and copies of shared pages that are written. */
#include "kernel.h"
#include "vm.h"

/* Flags of a private page: A and D are the hardware's to set. */
static u64 flags_of(int prot)
{
    u64 flags = PTE_V | PTE_U;
    if (prot & (PROT_READ | PROT_WRITE)) /* W without R is reserved */
        flags |= PTE_R;
    if (prot & PROT_WRITE)
        flags |= PTE_W;
    if (prot & PROT_EXEC)
        flags |= PTE_X;
    return flags;
}

/* The part of a page that has a source; the rest is zero already. */
static void fill(const struct area *area, u64 address, u64 page)
{
    u64 from = area->source_start, end = from + area->source_length;
    u64 low = from > address ? from : address;
    u64 high = end < address + PAGE_SIZE ? end : address + PAGE_SIZE;
    if (area->source && low < high)
        memcpy((void *)(page + low - address), area->source + (low - from), high - low);
    if (area->prot & PROT_EXEC)
        code_changed();
}

static int bring(const struct area *area, pte_t *entry, u64 address)
{
    u64 page = page_take();
    if (!page)
        return 0;
    fill(area, address, page);
    pte_set(entry, PTE(page, flags_of(area->prot)));
    return 1;
}

/* A store to a page that may be written but is not mapped so: the last user keeps it, others get a copy. */
static int make_writable(const struct area *area, pte_t *entry)
{
    u64 page = PTE_PAGE(*entry);
    if (page_is_shared(page) && !(area->prot & MAP_SHARED)) {
        u64 copy = page_take();
        if (!copy)
            return 0;
        memcpy((void *)copy, (void *)page, PAGE_SIZE);
        page_drop(page);
        page = copy;
    }
    pte_set(entry, PTE(page, flags_of(area->prot) | PTE_A | PTE_D));
    return 1;
}

/* Makes an access possible; 0 if the process may not do it, or memory ran out. */
int space_fault(struct space *space, u64 address, int access)
{
    struct area *area = area_at(space, address);
    if (!area || !(area->prot & access))
        return 0;
    u64 at = PAGE_DOWN(address);
    pte_t *entry = pte_find(space->root, at, 1);
    if (!entry)
        return 0;
    if (!*entry) {
        if (!bring(area, entry, at))
            return 0;
    } else if (access == PROT_WRITE && !(*entry & PTE_W)) {
        if (!make_writable(area, entry))
            return 0;
    } else { /* a hart that leaves A and D to us: Privileged, "Svade" */
        pte_set(entry, *entry | PTE_A | (access == PROT_WRITE ? PTE_D : 0));
    }
    flush_page(at, space->asid);
    return 1;
}

/* The kernel's own address of a user's byte, after the same repairs as for the user's own access; 0 if it may not. */
static u64 reach(struct space *space, u64 address, int access)
{
    pte_t *entry = address < USER_END ? pte_find(space->root, address, 0) : NULL;
    u64 needed = PTE_V | PTE_U | (access == PROT_WRITE ? PTE_W : PTE_R);
    if (!entry || (*entry & needed) != needed) {
        if (!space_fault(space, address, access))
            return 0;
        updates_send();
        entry = pte_find(space->root, address, 0);
    }
    return PTE_PAGE(*entry) + address % PAGE_SIZE;
}

static u64 left_in_page(u64 address, u64 length)
{
    u64 left = PAGE_SIZE - address % PAGE_SIZE;
    return length < left ? length : left;
}

int copy_in(struct space *space, void *to, u64 from, u64 length)
{
    for (u64 done = 0, piece; done < length; done += piece) {
        u64 source = reach(space, from + done, PROT_READ);
        piece = left_in_page(from + done, length - done);
        if (!source)
            return 0;
        memcpy((u8 *)to + done, (void *)source, piece);
    }
    return 1;
}

int copy_out(struct space *space, u64 to, const void *from, u64 length)
{
    for (u64 done = 0, piece; done < length; done += piece) {
        u64 target = reach(space, to + done, PROT_WRITE);
        piece = left_in_page(to + done, length - done);
        if (!target)
            return 0;
        memcpy((void *)target, (const u8 *)from + done, piece);
    }
    return 1;
}

/* A text with its zero byte; fails if it does not fit. */
int copy_in_text(struct space *space, char *to, u64 from, u64 room)
{
    for (u64 i = 0; i < room; i++) {
        if (!copy_in(space, to + i, from + i, 1))
            return 0;
        if (!to[i])
            return 1;
    }
    return 0;
}
