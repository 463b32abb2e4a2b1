/* Page tables of Sv39, and the kernel's part of every address space: it lies where firmware put it. Privileged, "Sv39". */
#include "kernel.h"
#include "vm.h"

extern char text_start[], text_end[];

u64 kernel_root;


static u64 size_at(int level) { return PAGE_SIZE << 9 * level; }

/* The entry for an address at a level; tables on the way are made if wanted. NULL: there is none. */
static pte_t *entry_at(u64 root, u64 address, int level, int create)
{
    u64 table = root;
    for (int at = LEVELS - 1;; at--) {
        pte_t *entry = (pte_t *)table + pte_index(address, at);
        if (at == level)
            return entry;
        if (!(*entry & PTE_V)) {
            u64 below = create ? page_take() : 0;
            if (!below)
                return NULL;
            pte_set(entry, PTE(below, PTE_V));
        }
        table = PTE_PAGE(*entry);
    }
}

pte_t *pte_find(u64 root, u64 address, int create) { return entry_at(root, address, 0, create); }

/* Maps a range to itself, with the largest pages that fit. */
static void map_kernel(u64 start, u64 end, u64 flags)
{
    u64 at = PAGE_DOWN(start);
    while (at < end) {
        int level = LARGEST_LEAF;
        while (level > 0 && (at % size_at(level) || at + size_at(level) > end))
            level--;
        pte_set(entry_at(kernel_root, at, level, 1), PTE(at, flags));
        at += size_at(level);
    }
}

static void map_device(const struct place *place)
{
    if (place->base)
        map_kernel(place->base, place->base + place->size, PTE_R | PTE_W | DEVICE_PAGE);
}

void kernel_space_start(void)
{
    kernel_root = page_take();
    map_device(&board.uart);
    map_device(&board.plic);
    map_device(&board.ata);
    for (u64 i = 0; i < board.virtio_count; i++)
        map_device(&board.virtio[i]);
    map_kernel((u64)text_start, (u64)text_end, PTE_R | PTE_X | KERNEL_PAGE);
    map_kernel((u64)text_end, board.ram.base + board.ram.size, PTE_R | PTE_W | KERNEL_PAGE);
    root_split(kernel_root);
    flush_all();
    space_activate(kernel_root, 0);
}

/* A root in which only the kernel is: all spaces share its tables. */
u64 root_make(void)
{
    u64 root = page_take();
    for (u64 i = 0; root && i < ENTRIES; i++) {
        pte_t shared = ((pte_t *)kernel_root)[i];
        if (shared)
            pte_set((pte_t *)root + i, shared);
    }
    if (root && !root_split(root)) {
        page_drop(root);
        return 0;
    }
    return root;
}

static void free_tables_at(u64 root, u64 address)
{
    pte_t top = ((pte_t *)root)[pte_index(address, 2)];
    if (!(top & PTE_V))
        return;
    pte_t *middle = (pte_t *)PTE_PAGE(top);
    for (u64 i = 0; i < ENTRIES; i++)
        if (middle[i] & PTE_V)
            page_drop(PTE_PAGE(middle[i]));
    page_drop((u64)middle);
}

/* Gives back the tables that are the process's own; its pages are gone already. */
void tables_free(u64 root)
{
    root_release(root);
    free_tables_at(root, USER_START);
    free_tables_at(root, ALIAS);
    page_drop(root);
}
