/* mmap, munmap and mprotect: areas are cut where a range begins or ends, then the pages follow. */
#include "kernel.h"
#include "vm.h"

static int bad_range(u64 address, u64 length)
{
    return address % PAGE_SIZE || !length || address < USER_START || length > TABLES || address + PAGE_UP(length) > TABLES;
}

/* No area may cross `address`. */
static int cut(struct space *space, u64 address)
{
    struct area *area = area_at(space, address);
    if (!area || area->start == address)
        return 1;
    struct area *upper = area_add(space, address, area->end, area->prot);
    if (!upper)
        return 0;
    *upper = *area;
    upper->start = address;
    area->end = address;
    return 1;
}

static int is_free(struct space *space, u64 start, u64 end)
{
    for (struct area *area = space->areas; area < space->areas + MOST_AREAS; area++)
        if (area->end && start < area->end && area->start < end)
            return 0;
    return 1;
}

/* A place for `length` bytes: behind the last area that is in the way. */
static u64 find_free(struct space *space, u64 length)
{
    u64 at = MMAP_START;
    while (at + length <= TABLES && !is_free(space, at, at + length))
        at += PAGE_SIZE;
    return at;
}

/* Shared pages are there from the start, so that a child's are the parent's. */
long space_mmap(struct space *space, u64 address, u64 length, int prot)
{
    length = PAGE_UP(length);
    if (!address)
        address = find_free(space, length);
    if (bad_range(address, length) || !is_free(space, address, address + length))
        return -1;
    if (!area_add(space, address, address + length, prot))
        return -1;
    for (u64 at = address; prot & MAP_SHARED && at < address + length; at += PAGE_SIZE)
        if (!space_fault(space, at, prot & PROT_WRITE ? PROT_WRITE : PROT_READ)) {
            space_munmap(space, address, length);
            return -1;
        }
    return address;
}

long space_munmap(struct space *space, u64 address, u64 length)
{
    u64 end = address + PAGE_UP(length);
    if (bad_range(address, length) || !cut(space, address) || !cut(space, end))
        return -1;
    space_unmap(space, address, end);
    for (struct area *area = space->areas; area < space->areas + MOST_AREAS; area++)
        if (area->start >= address && area->end <= end)
            *area = (struct area){0};
    return 0;
}

/* Rights are taken away at once; writing is given back by the fault that asks for it, because the page may be shared. */
static void restrict_page(struct space *space, u64 address, int prot)
{
    pte_t *entry = pte_find(space->root, address, 0);
    if (!entry || !*entry)
        return;
    u64 page = PTE_PAGE(*entry), rights = *entry & PTE_W && prot & PROT_WRITE ? PTE_W : 0;
    if (prot & (PROT_READ | PROT_WRITE))
        rights |= PTE_R;
    if (prot & PROT_EXEC)
        rights |= PTE_X;
    /* Without any right the entry is not valid, but it still says where the page is. */
    u64 valid = rights ? PTE_V | PTE_U | (*entry & (PTE_A | PTE_D)) : 0;
    pte_set(entry, PTE(page, valid | rights));
    flush_page(address, space->asid);
}

long space_mprotect(struct space *space, u64 address, u64 length, int prot)
{
    u64 end = address + PAGE_UP(length);
    if (bad_range(address, length))
        return -1;
    for (u64 at = address; at < end; at += PAGE_SIZE)
        if (!area_at(space, at))
            return -1;
    if (!cut(space, address) || !cut(space, end))
        return -1;
    for (u64 at = address; at < end; at += PAGE_SIZE) {
        struct area *area = area_at(space, at);
        area->prot = prot | (area->prot & MAP_SHARED);
        restrict_page(space, at, prot);
    }
    return 0;
}
