/* A disk made of memory, for a board without one. It is blank at the start and forgotten at the end. */
#include "disk.h"
#include "vm.h"

enum { PAGES = 24 };

static u8 *memory;

static int transfer(u64 sector, void *buffer, int write)
{
    u8 *at = memory + sector * SECTOR;
    memcpy(write ? at : buffer, write ? buffer : at, SECTOR);
    return 1;
}

static const struct disk disk = {PAGES * PAGE_SIZE / SECTOR, transfer};

const struct disk *ram_disk(void)
{
    memory = (u8 *)pages_take(PAGES);
    return memory ? &disk : NULL;
}
