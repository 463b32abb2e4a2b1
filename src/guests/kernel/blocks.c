/* Which blocks of the disk are used: one bit each. */
#include "fs.h"

u32 blocks_total(void) { return ((struct superblock *)block_read(SUPERBLOCK))->blocks; }

/* A block of zeros, or 0 if the disk is full. */
u32 block_take(void)
{
    u32 total = blocks_total();
    u8 *bitmap = block_read(BITMAP);
    for (u32 block = DATA_START; block < total; block++)
        if (!(bitmap[block / 8] & 1 << block % 8)) {
            bitmap[block / 8] |= 1 << block % 8;
            block_write(bitmap);
            block_zero(block);
            return block;
        }
    return 0;
}

void block_drop(u32 block)
{
    u8 *bitmap = block_read(BITMAP);
    bitmap[block / 8] &= ~(1 << block % 8);
    block_write(bitmap);
}
