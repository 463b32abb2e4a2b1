/* Memory: pages, page tables, and the address spaces of processes. */
#pragma once
#include "arch.h"
#include "lib/syscalls.h"

/* pages.c. A page is known by its physical address, which is also its address in the kernel. */
void pages_start(void);
u64 pages_take(u64 count);
u64 page_take(void);
int page_share(u64 page);
int page_is_shared(u64 page);
void page_drop(u64 page);

/* Privileged, "Sv39": entries of page tables. */
enum { PTE_V = 1, PTE_R = 2, PTE_W = 4, PTE_X = 8, PTE_U = 16, PTE_G = 32, PTE_A = 64, PTE_D = 128 };
enum { ENTRIES = 512, LEVELS = 3 };
#define PTE(page, flags) (to_frame(page) / PAGE_SIZE << 10 | (flags))
#define PTE_PAGE(entry) from_frame((entry) >> 10 << 12)
#define PTE_FLAGS(entry) ((entry) & 0x3ff)
#define PTE_IS_LEAF(entry) (((entry) & (PTE_R | PTE_W | PTE_X)) != 0)
static inline u64 pte_index(u64 address, int level) { return address >> (12 + 9 * level) & (ENTRIES - 1); }

/* The kernel's second mapping of a process's tables (selfmap.c), in that process's space only: writable, not for users. */
#define ALIAS 0xffffffffffe00000UL

/* table.c */
extern u64 kernel_root;
void kernel_space_start(void);
u64 root_make(void);
pte_t *pte_find(u64 root, u64 address, int create);
void tables_free(u64 root);

/* A range of a process's addresses that is used for one thing. Pages come when they are first touched. */
struct area {
    u64 start, end; /* page boundaries; end 0: this place is free */
    int prot;       /* PROT_... | MAP_SHARED */
    const u8 *source; /* what the bytes from `source_start` on are at first; the others are zero */
    u64 source_start, source_length;
};

enum { MOST_AREAS = 12 };

struct space {
    u64 root;
    u64 asid; /* 0: it has none of its own */
    struct area areas[MOST_AREAS];
};

/* space.c */
int space_make(struct space *space);
int space_fork(struct space *child, struct space *parent);
void space_free(struct space *space);
void space_enter(struct space *space);
struct area *area_at(struct space *space, u64 address);
struct area *area_add(struct space *space, u64 start, u64 end, int prot);
void space_unmap(struct space *space, u64 start, u64 end);

/* fault.c */
int space_fault(struct space *space, u64 address, int access);
int copy_in(struct space *space, void *to, u64 from, u64 length);
int copy_out(struct space *space, u64 to, const void *from, u64 length);
int copy_in_text(struct space *space, char *to, u64 from, u64 room);

/* mmap.c */
long space_mmap(struct space *space, u64 address, u64 length, int prot);
long space_munmap(struct space *space, u64 address, u64 length);
long space_mprotect(struct space *space, u64 address, u64 length, int prot);

/* selfmap.c */
long space_show_tables(struct space *space);
long space_swap(struct space *space, u64 one, u64 other);
