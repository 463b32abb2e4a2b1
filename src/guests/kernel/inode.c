/* Files without names: a size and a list of blocks, the first ones in the inode, the others in one block of numbers. */
#include "fs.h"

static u32 block_of(u32 number) { return INODES + number / INODES_IN_BLOCK; }

struct inode *inode_get(u32 number)
{
    return (struct inode *)block_read(block_of(number)) + number % INODES_IN_BLOCK;
}

static void inode_put(u32 number) { block_write(block_read(block_of(number))); }

/* The number of an empty file; below 0 if there is no room for one. */
int inode_take(void)
{
    for (u32 number = ROOT + 1; number < INODE_COUNT; number++) {
        struct inode *inode = inode_get(number);
        if (inode->used)
            continue;
        *inode = (struct inode){.used = 1};
        inode_put(number);
        return number;
    }
    return -1;
}

void inode_drop(u32 number)
{
    struct inode old = *inode_get(number);
    *inode_get(number) = (struct inode){0};
    inode_put(number);
    for (int i = 0; i < DIRECT; i++)
        if (old.direct[i])
            block_drop(old.direct[i]);
    if (!old.indirect)
        return;
    for (int i = 0; i < INDIRECT; i++) {
        u32 block = ((u32 *)block_read(old.indirect))[i];
        if (block)
            block_drop(block);
    }
    block_drop(old.indirect);
}

/* The block that holds block `index` of a file; 0: not there, and not wanted or no room. */
static u32 file_block(u32 number, u64 index, int create)
{
    if (index >= MOST_FILE_BLOCKS)
        return 0;
    struct inode *inode = inode_get(number);
    u32 *slot = index < DIRECT ? &inode->direct[index] : &inode->indirect;
    if (!*slot && create) {
        u32 taken = block_take();
        inode = inode_get(number);
        slot = index < DIRECT ? &inode->direct[index] : &inode->indirect;
        *slot = taken;
        inode_put(number);
    }
    if (index < DIRECT || !*slot)
        return *slot;
    u32 list = *slot;
    u32 block = ((u32 *)block_read(list))[index - DIRECT];
    if (block || !create)
        return block;
    block = block_take();
    ((u32 *)block_read(list))[index - DIRECT] = block;
    block_write(block_read(list));
    return block;
}

static u64 piece_at(u64 offset, u64 left)
{
    u64 room = SECTOR - offset % SECTOR;
    return left < room ? left : room;
}

u64 inode_read(u32 number, u64 offset, void *to, u64 length)
{
    u64 size = inode_get(number)->size, done = 0, piece;
    if (offset >= size)
        return 0;
    if (length > size - offset)
        length = size - offset;
    for (; done < length; done += piece) {
        piece = piece_at(offset + done, length - done);
        u32 block = file_block(number, (offset + done) / SECTOR, 0);
        if (block)
            memcpy((u8 *)to + done, (u8 *)block_read(block) + (offset + done) % SECTOR, piece);
        else
            memset((u8 *)to + done, 0, piece); /* a hole */
    }
    return done;
}

/* Less than `length` if the disk or the file is full. */
u64 inode_write(u32 number, u64 offset, const void *from, u64 length)
{
    u64 done = 0, piece;
    for (; done < length; done += piece) {
        piece = piece_at(offset + done, length - done);
        u32 block = file_block(number, (offset + done) / SECTOR, 1);
        if (!block)
            break;
        u8 *data = block_read(block);
        memcpy(data + (offset + done) % SECTOR, (const u8 *)from + done, piece);
        block_write(data);
    }
    struct inode *inode = inode_get(number);
    if (offset + done > inode->size) {
        inode->size = offset + done;
        inode_put(number);
    }
    return done;
}
