/*
 * A process reads its own page tables, through the window that the kernel has put into these very tables, and sees there what
 * its loads and stores and its system calls have done. Privileged, "Sv39" and "Virtual Address Translation Process".
 */
#include "user.h"

enum { V = 1, R = 2, W = 4, A = 64, D = 128 };
typedef u64 pte;

#define PPN(entry) ((entry) >> 10 & 0xfffffffffffUL)

static u64 count; /* tables in the window */

static volatile pte *table_at(u64 place) { return (volatile pte *)(TABLES + place * PAGE_SIZE); }

/* The window's own table says which table each of its pages shows; it comes last. */
static volatile pte *table_of(pte pointer)
{
    volatile pte *window = table_at(count - 1);
    for (u64 place = 0; place < count; place++)
        if (PPN(window[place]) == PPN(pointer))
            return table_at(place);
    return NULL;
}

static u64 index_of(u64 address, int level) { return address >> (12 + 9 * level) & 511; }

/* The hardware's walk, done by hand. The root is the window's first page. */
static pte leaf_of(u64 address)
{
    volatile pte *table = table_at(0);
    for (int level = 2; table; level--) {
        pte entry = table[index_of(address, level)];
        if (level == 0 || !(entry & V))
            return entry;
        table = table_of(entry);
    }
    return 0;
}

static void test_window(void)
{
    count = tables();
    pte own = leaf_of(TABLES + (count - 1) * PAGE_SIZE);
    expect(table_of(own) == table_at(count - 1), "the window's table maps itself");
    print("selfmap: %d tables; the last one is its own leaf, root at its place: %d\n", count,
          (u64)(PPN(leaf_of(TABLES)) != 0 && table_of(leaf_of(TABLES)) == table_at(0)));
}

static void print_bits(const char *when, u64 address)
{
    pte entry = leaf_of(address);
    print("selfmap: %s: V %d A %d D %d\n", when, entry & V, (entry & A) / A, (entry & D) / D);
}

/* The table changes under our eyes, without a system call that asks for it. */
static void test_bits(u64 address)
{
    volatile u64 *word = (volatile u64 *)address;
    print_bits("untouched", address);
    (void)*word;
    print_bits("after a load", address);
    *word = 1;
    print_bits("after a store", address);
}

static void nothing(u64 address) {}

static void test_fork(u64 address)
{
    print("selfmap: writable %d", (leaf_of(address) & W) / W);
    status_of(nothing, 0);
    print(", after a fork %d", (leaf_of(address) & W) / W);
    *(volatile u64 *)address = 2;
    print(", after a store %d\n", (leaf_of(address) & W) / W);
}

/* The kernel stores into the tables at another address than usual. */
static void test_swap(u64 one, u64 other)
{
    volatile u64 *first = (volatile u64 *)one, *second = (volatile u64 *)other;
    *first = 1111;
    *second = 2222;
    u64 before = PPN(leaf_of(one));
    expect(swap(one, other) == 0, "swap");
    print("selfmap: swapped by the alias: %d %d, frame moved: %d\n", *first, *second,
          (u64)(PPN(leaf_of(other)) == before));
    *first = 3333;
    expect(swap(one, other) == 0, "swap back");
    print("selfmap: and back: %d %d\n", *first, *second);
}

static void child_stores(u64 address) { *(volatile u64 *)address = 0; }

int main(char *arguments)
{
    /* Its last-level table must exist before the window shows all tables. */
    long pages = mmap(0, 3 * PAGE_SIZE, PROT_READ | PROT_WRITE);
    expect(pages > 0, "mmap");
    *(volatile u64 *)(pages + 2 * PAGE_SIZE) = 1;
    test_window();
    test_bits(pages);
    test_fork(pages);
    test_swap(pages, pages + PAGE_SIZE);
    print("selfmap: a store into the window 0x%x\n", (u64)status_of(child_stores, TABLES));
    expect(munmap(pages, 3 * PAGE_SIZE) == 0, "munmap");
    print_bits("unmapped", pages);
    return 0;
}
