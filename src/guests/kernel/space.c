/* Address spaces: a root table, an ASID and areas. A fork shares all pages; who writes first gets a copy. */
#include "kernel.h"
#include "vm.h"

/* ASIDs of this hart, as far as we use them. One is given back only when no translation is left under it. */
enum { MOST_ASIDS = 256 };
static u8 asid_used[MOST_ASIDS];

static u64 asid_take(void)
{
    static u64 limit;
    if (!limit) {
        limit = asid_limit(kernel_root);
        limit = limit < MOST_ASIDS - 1 ? limit : MOST_ASIDS - 1;
        asid_used[0] = 1;
    }
    for (u64 asid = 1; asid <= limit; asid++)
        if (!asid_used[asid]) {
            asid_used[asid] = 1;
            return asid;
        }
    return 0;
}

int space_make(struct space *space)
{
    memset(space, 0, sizeof *space);
    space->root = root_make();
    if (!space->root)
        return 0;
    space->asid = asid_take();
    return 1;
}

/* Spaces without an ASID of their own use 0, one after the other. */
void space_enter(struct space *space)
{
    space_activate(space->root, space->asid);
    if (!space->asid)
        flush_space(0);
}

struct area *area_at(struct space *space, u64 address)
{
    for (struct area *area = space->areas; area < space->areas + MOST_AREAS; area++)
        if (area->end && address >= area->start && address < area->end)
            return area;
    return NULL;
}

struct area *area_add(struct space *space, u64 start, u64 end, int prot)
{
    for (struct area *area = space->areas; area < space->areas + MOST_AREAS; area++)
        if (!area->end) {
            *area = (struct area){.start = start, .end = end, .prot = prot};
            return area;
        }
    return NULL;
}

/* A user's entry that is not zero owns a page, whether it is valid or not (mmap.c, restrict_page). Takes pages away; the areas are the caller's business. */
void space_unmap(struct space *space, u64 start, u64 end)
{
    for (u64 at = start; at < end; at += PAGE_SIZE) {
        pte_t *entry = pte_find(space->root, at, 0);
        if (!entry || !*entry)
            continue;
        u64 page = PTE_PAGE(*entry);
        pte_set(entry, 0);
        flush_page(at, space->asid);
        page_drop(page); /* only now: nobody can reach it any more */
    }
}

/* The child sees the parent's page; if it is private, neither may write it from now on. */
static int share_page(struct space *child, struct space *parent, u64 address, int shared)
{
    pte_t *from = pte_find(parent->root, address, 0);
    if (!from || !*from)
        return 1;
    pte_t *to = pte_find(child->root, address, 1);
    if (!to || !page_share(PTE_PAGE(*from)))
        return 0;
    pte_t entry = *from;
    if (!shared && entry & PTE_W) {
        entry &= ~(pte_t)PTE_W;
        pte_set(from, entry);
        flush_page(address, parent->asid);
    }
    pte_set(to, entry & ~(pte_t)(PTE_A | PTE_D));
    return 1;
}

/* Fails if memory runs out; the child can be freed then. */
int space_fork(struct space *child, struct space *parent)
{
    if (!space_make(child))
        return 0;
    for (int i = 0; i < MOST_AREAS; i++) {
        struct area *area = &parent->areas[i];
        child->areas[i] = *area;
        for (u64 at = area->start; at < area->end; at += PAGE_SIZE)
            if (!share_page(child, parent, at, area->prot & MAP_SHARED))
                return 0;
    }
    flush_space(child->asid);
    return 1;
}

/* The space must not be the active one. */
void space_free(struct space *space)
{
    if (!space->root)
        return;
    for (struct area *area = space->areas; area < space->areas + MOST_AREAS; area++)
        for (u64 at = area->start; at < area->end; at += PAGE_SIZE) {
            pte_t *entry = pte_find(space->root, at, 0);
            if (entry && *entry)
                page_drop(PTE_PAGE(*entry));
        }
    tables_free(space->root);
    flush_space(space->asid);
    asid_used[space->asid] = space->asid == 0;
    memset(space, 0, sizeof *space);
}
