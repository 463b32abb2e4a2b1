/* Tables under a hypervisor: read-only as long as they are tables, and a second root for user code, which runs in our mode. */
#include "../kernel.h"
#include "../vm.h"
#include "hypervisor.h"

enum { USER = 1, USER_ROOT = 510 }; /* places in a root: the user's part; an invalid entry, where the user's root is */

static pte_t *mapping_of(u64 page) { return pte_find(kernel_root, page, 0); }
static int is_table(u64 page) { pte_t *mapping = mapping_of(page); return mapping && !(*mapping & PTE_W); }
static void make_page(u64 page) { pte_set(mapping_of(page), PTE(page, KERNEL_PAGE | PTE_R | PTE_W)); }

static void make_table(u64 page, int level)
{
    if (is_table(page))
        return;
    pte_set(mapping_of(page), PTE(page, KERNEL_PAGE | PTE_R));
    for (pte_t *entry = (pte_t *)page; level > 0 && entry < (pte_t *)page + ENTRIES; entry++)
        if (*entry & PTE_V)
            make_table(PTE_PAGE(*entry), level - 1);
}

/* What is no table yet we store to; the rest is up to the hypervisor. Who sets a pointer follows it next. */
void pte_set(pte_t *entry, pte_t value)
{
    int pointer = value & PTE_V && !PTE_IS_LEAF(value);
    if (!is_table(PAGE_DOWN((u64)entry))) {
        *entry = value;
        return;
    }
    if (pointer)
        make_table(PTE_PAGE(value), 0);
    hypervisor_update(entry, value);
    if (pointer)
        updates_send();
}

static u64 user_root(u64 root) { return PTE_PAGE(((pte_t *)root)[USER_ROOT]); }

/* Before their first use, the tables of a space are pages like others. */
void space_activate(u64 root, u64 asid)
{
    u64 user = user_root(root);
    int first = !is_table(root);
    make_table(root, LEVELS - 1);
    make_table(user, LEVELS - 1);
    hypervisor_queue(HYPERVISOR, SET_ROOTS, root, user);
    if (!first)
        return;
    hypervisor_queue(HYPERVISOR, PIN, root, LEVELS - 1);
    hypervisor_queue(HYPERVISOR, PIN, user, LEVELS - 1);
    updates_send();
}

/* The user's part has its middle table from the start, so that nothing changes in the roots later. 0: no memory. */
int root_split(u64 root)
{
    u64 user = page_take(), middle = user ? page_take() : 0;
    if (user && !middle)
        page_drop(user);
    if (!middle)
        return 0;
    ((pte_t *)root)[USER_ROOT] = PTE(user, 0);
    ((pte_t *)root)[USER] = ((pte_t *)user)[USER] = PTE(middle, PTE_V);
    return 1;
}

/* The tables of a user's part become pages like others, and the user's root goes. */
void root_release(u64 root)
{
    u64 user = user_root(root);
    pte_t *middle = (pte_t *)PTE_PAGE(((pte_t *)root)[USER]);
    if (is_table(root)) {
        hypervisor_queue(HYPERVISOR, UNPIN, root, 0);
        hypervisor_queue(HYPERVISOR, UNPIN, user, 0);
        for (u64 i = 0; i < ENTRIES; i++)
            if (middle[i] & PTE_V)
                make_page(PTE_PAGE(middle[i]));
        make_page((u64)middle);
        make_page(user);
        make_page(root);
        updates_send();
    }
    page_drop(user);
}
