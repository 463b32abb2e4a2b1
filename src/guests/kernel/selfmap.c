/*
 * A process sees its own page tables: the window at TABLES is a last-level table that has a leaf for every table of the user's
 * part, itself included. RISC-V has no recursive entries as x86 has: an entry without R, W and X is never a leaf.
 */
#include "kernel.h"
#include "vm.h"

enum { MOST_TABLES = 64 };

/* The tables of the user's part, the root first and the window's own table last. */
static u64 list_tables(struct space *space, u64 *tables)
{
    u64 count = 0;
    pte_t *middle = (pte_t *)PTE_PAGE(((pte_t *)space->root)[pte_index(USER_START, 2)]);
    tables[count++] = space->root;
    tables[count++] = (u64)middle;
    for (u64 i = 0; i < ENTRIES && count < MOST_TABLES; i++)
        if (middle[i] & PTE_V)
            tables[count++] = PTE_PAGE(middle[i]);
    return count;
}

/* Gives the number of tables; below 0 if there was no memory. No area covers the window: a fork does not copy it. */
long space_show_tables(struct space *space)
{
    u64 tables[MOST_TABLES];
    pte_t *window = pte_find(space->root, TABLES, 1);
    if (!window)
        return -1;
    u64 count = list_tables(space, tables);
    for (u64 i = 0; i < count; i++) {
        pte_set(window + i, PTE(tables[i], PTE_V | PTE_U | PTE_R | PTE_A));
        flush_page(TABLES + i * PAGE_SIZE, space->asid);
    }
    return count;
}

/* The entry of `address` as the alias shows it: the table that holds it is mapped there, one page at a time. */
static pte_t *through_alias(struct space *space, u64 address, u64 place)
{
    pte_t *entry = pte_find(space->root, address, 0);
    if (!TABLES_HAVE_ALIASES)
        return entry && *entry ? entry : NULL;
    pte_t *alias = pte_find(space->root, ALIAS + place * PAGE_SIZE, 1);
    if (!entry || !*entry || !alias)
        return NULL;
    pte_set(alias, PTE(PAGE_DOWN((u64)entry), PTE_V | PTE_R | PTE_W | PTE_A | PTE_D));
    flush_page(ALIAS + place * PAGE_SIZE, space->asid);
    return (pte_t *)(ALIAS + place * PAGE_SIZE) + pte_index(address, 0);
}

/* Exchanges two pages: the stores go to an address that a shadow of the tables does not know as a table's. */
long space_swap(struct space *space, u64 one, u64 other)
{
    struct area *area = area_at(space, one);
    if (!area || area != area_at(space, other) || (one | other) % PAGE_SIZE)
        return -1; /* other rights than the area's are not for sale */
    pte_t *a = through_alias(space, one, 0), *b = through_alias(space, other, 1);
    if (!a || !b)
        return -1;
    pte_t kept = *a;
    pte_set(a, *b);
    pte_set(b, kept);
    flush_page(one, space->asid);
    flush_page(other, space->asid);
    return 0;
}
