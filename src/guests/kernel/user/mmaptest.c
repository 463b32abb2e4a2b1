/* mmap, mprotect, munmap: what is there, what faults, and what a fork shares. */
#include "user.h"

enum { PAGES = 8 };

static u64 load(u64 address) { return *(volatile u64 *)address; }
static void store(u64 address, u64 value) { *(volatile u64 *)address = value; }

static void child_loads(u64 address) { load(address); }
static void child_stores(u64 address) { store(address, 1); }
static void child_jumps(u64 address) { ((void (*)(void))address)(); }
static void child_sees_seven(u64 address) { exit(load(address) == 7); }

/* c.li a0, 7; c.jr ra */
static void put_function(u64 address) { *(volatile u32 *)address = 0x8082451d; }

static u64 call(u64 address)
{
    asm volatile("fence.i" ::: "memory");
    return ((u64(*)(void))address)();
}

static void test_demand_zero(u64 base)
{
    u64 sum = 0;
    for (u64 i = 0; i < PAGES; i++) {
        sum += load(base + i * PAGE_SIZE + 8 * i);
        store(base + i * PAGE_SIZE, i);
    }
    expect(sum == 0, "new pages are zero");
    for (u64 i = 0; i < PAGES; i++)
        sum += load(base + i * PAGE_SIZE);
    print("mmap: %d pages of zeros, stores add up to %d\n", (u64)PAGES, sum);
}

static void test_copy_on_write(u64 base)
{
    store(base, 7);
    expect(status_of(child_sees_seven, base) == 1, "a child sees what its parent stored");
    expect(status_of(child_stores, base) == 0, "a child may store");
    print("mmap: after a child's store the parent sees %d\n", load(base));
}

/* The parent has just stored to the page, so its hart still knows that it could. */
static void test_store_after_fork(u64 base)
{
    int status = -1;
    long told = mmap(0, PAGE_SIZE, PROT_READ | PROT_WRITE | MAP_SHARED);
    expect(told > 0, "a shared page");
    store(base, 7);
    long child = fork();
    if (child == 0) {
        while (!load(told))
            yield();
        exit(load(base));
    }
    store(base, 8);
    store(told, 1);
    expect(wait(&status) == child, "the child ends");
    print("mmap: after the parent's store the child sees %d\n", (u64)status);
    store(base, 7);
    expect(munmap(told, PAGE_SIZE) == 0, "munmap of a shared page");
}

static void test_protection(u64 base)
{
    expect(mprotect(base, PAGE_SIZE, PROT_READ) == 0, "mprotect");
    print("mprotect: read-only: load %d, store 0x%x, jump 0x%x\n", load(base), (u64)status_of(child_stores, base),
          (u64)status_of(child_jumps, base));
    expect(mprotect(base, PAGE_SIZE, 0) == 0, "mprotect to nothing");
    print("mprotect: nothing: load 0x%x\n", (u64)status_of(child_loads, base));
    expect(mprotect(base, PAGE_SIZE, PROT_READ | PROT_WRITE) == 0, "mprotect back");
    print("mprotect: all again: load %d\n", load(base));
    put_function(base);
    expect(mprotect(base, PAGE_SIZE, PROT_READ | PROT_EXEC) == 0, "mprotect to code");
    print("mprotect: code: gives %d, store 0x%x\n", call(base), (u64)status_of(child_stores, base));
}

/* The middle of an area goes: what lies around it stays. */
static void test_unmap(u64 base)
{
    expect(munmap(base + 2 * PAGE_SIZE, 2 * PAGE_SIZE) == 0, "munmap");
    print("munmap: before the hole %d, in it 0x%x, behind it %d\n", load(base + PAGE_SIZE),
          (u64)status_of(child_loads, base + 2 * PAGE_SIZE), load(base + 4 * PAGE_SIZE));
    expect(mmap(base + 2 * PAGE_SIZE, PAGE_SIZE, PROT_READ) == (long)(base + 2 * PAGE_SIZE), "mmap into the hole");
    print("mmap: into the hole: %d\n", load(base + 2 * PAGE_SIZE));
    expect(mmap(base, PAGE_SIZE, PROT_READ) < 0, "no mmap over what is there");
    expect(munmap(base, PAGES * PAGE_SIZE) == 0, "munmap of all");
    print("munmap: all gone: 0x%x\n", (u64)status_of(child_loads, base));
}

static void test_shared(void)
{
    long shared = mmap(0, PAGE_SIZE, PROT_READ | PROT_WRITE | MAP_SHARED);
    expect(shared > 0, "a shared page");
    expect(status_of(child_stores, shared) == 0, "a child may store to it");
    print("mmap: a child's store to a shared page: %d\n", load(shared));
    expect(munmap(shared, PAGE_SIZE) == 0, "munmap of a shared page");
}

/* The hart has just used what changes now: without the fence for this address it would go on with the old entry. */
static void child_stores_protects_and_stores(u64 address)
{
    store(address, 1);
    mprotect(address, PAGE_SIZE, PROT_READ);
    store(address, 2);
}

static void test_fences(void)
{
    long page = mmap(0, PAGE_SIZE, PROT_READ | PROT_WRITE);
    expect(page > 0, "a page");
    store(page + 64, 5);
    munmap(page, PAGE_SIZE);
    mmap(page, PAGE_SIZE, PROT_READ | PROT_WRITE);
    print("fence: a page that was given back and taken anew: %d\n", load(page + 64));
    print("fence: a store just after mprotect: 0x%x\n", (u64)status_of(child_stores_protects_and_stores, page));
    expect(munmap(page, PAGE_SIZE) == 0, "munmap");
}

/* What belongs to the kernel, or to nobody. */
static void test_not_ours(void)
{
    print("not ours: kernel 0x%x, device 0x%x, nothing 0x%x\n", (u64)status_of(child_loads, 0x80200000),
          (u64)status_of(child_stores, 0x10000000), (u64)status_of(child_jumps, 0));
    expect(write(1, (void *)0x80200000, 8) < 0, "the kernel does not print itself");
    expect(read(0, (void *)0x80200000, 0) <= 0, "the kernel does not overwrite itself");
}

int main(char *arguments)
{
    long base = mmap(0, PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE);
    expect(base > 0, "mmap");
    test_demand_zero(base);
    test_copy_on_write(base);
    test_store_after_fork(base);
    test_protection(base);
    test_unmap(base);
    test_shared();
    test_fences();
    test_not_ours();
    return 0;
}
