/* Physical memory by pages, each with a count of those who use it: after a fork two processes share a page until one writes. */
#include "kernel.h"
#include "vm.h"

extern char kernel_end[];

/* Pages that were never used begin at `fresh`; pages given back form a list through their first words. */
static u64 first, fresh, end;
static u64 free_list;
static u16 *users; /* of each page from `first` on */
enum { MOST_USERS = 0xffff };

/* RAM below the kernel belongs to the firmware. */
void pages_start(void)
{
    u64 start = PAGE_UP((u64)kernel_end);
    end = PAGE_DOWN(board.ram.base + board.ram.size);
    users = (u16 *)start;
    first = fresh = start + PAGE_UP((end - start) / PAGE_SIZE * sizeof *users);
}

static u16 *users_of(u64 page) { return &users[(page - first) / PAGE_SIZE]; }

/* Several pages that follow each other; only while none was given back yet. 0: there are not so many. */
u64 pages_take(u64 count)
{
    if ((end - fresh) / PAGE_SIZE < count)
        return 0;
    u64 pages = fresh;
    fresh += count * PAGE_SIZE;
    memset((void *)pages, 0, count * PAGE_SIZE);
    return pages;
}

/* A page of zeros with one user, or 0: there is none left. */
u64 page_take(void)
{
    u64 page = free_list;
    if (!page) {
        if (fresh >= end)
            return 0;
        page = fresh;
        fresh += PAGE_SIZE;
    } else {
        free_list = *(u64 *)page;
    }
    memset((void *)page, 0, PAGE_SIZE);
    *users_of(page) = 1;
    return page;
}

/* One more user; fails if there are too many to count. */
int page_share(u64 page)
{
    if (*users_of(page) == MOST_USERS)
        return 0;
    ++*users_of(page);
    return 1;
}

int page_is_shared(u64 page) { return *users_of(page) > 1; }

void page_drop(u64 page)
{
    if (--*users_of(page) > 0)
        return;
    *(u64 *)page = free_list;
    free_list = page;
}
