/* The blocks used last, kept in memory. Writes go through to the disk at once, so that it is never behind. */
#include "fs.h"

/* A block stays where it is while fewer than BUFFERS others are asked for. */
enum { BUFFERS = 16 };

static struct buffer {
    u8 data[SECTOR];
    u32 block, last_use; /* last_use 0: empty */
} *buffers;
static u32 uses;
static const struct disk *disk;

void cache_start(const struct disk *found)
{
    disk = found;
    buffers = (struct buffer *)pages_take(PAGE_UP(BUFFERS * sizeof(struct buffer)) / PAGE_SIZE);
    if (!buffers)
        panic("no memory for the block cache");
}

/* The buffer of a block, or else the one that was used least recently. */
static struct buffer *buffer_for(u32 block, int *present)
{
    struct buffer *oldest = buffers;
    *present = 0;
    for (struct buffer *each = buffers; each < buffers + BUFFERS; each++) {
        if (each->last_use && each->block == block) {
            *present = 1;
            oldest = each;
            break;
        }
        if (each->last_use < oldest->last_use)
            oldest = each;
    }
    oldest->block = block;
    oldest->last_use = ++uses;
    return oldest;
}

void *block_read(u32 block)
{
    int present;
    struct buffer *buffer = buffer_for(block, &present);
    if (!present && !disk->transfer(block, buffer->data, 0))
        panic("the disk cannot read sector %d", (u64)block);
    return buffer->data;
}

/* A block whose old contents do not matter. */
void *block_zero(u32 block)
{
    int present;
    struct buffer *buffer = buffer_for(block, &present);
    memset(buffer->data, 0, SECTOR);
    block_write(buffer->data);
    return buffer->data;
}

/* `data` is what block_read gave, changed. */
void block_write(void *data)
{
    struct buffer *buffer = data;
    if (!disk->transfer(buffer->block, buffer->data, 1))
        panic("the disk cannot write sector %d", (u64)buffer->block);
}
