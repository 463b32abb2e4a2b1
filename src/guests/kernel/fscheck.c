/* Is the file system consistent? Every used block belongs to one file, every file has one name, and nothing else is marked used. */
#include "fs.h"

static long wrong;
static u8 *seen; /* a bit for each block; used by one check at a time */

static void see(u32 block)
{
    if (!block)
        return;
    if (block < DATA_START || block >= blocks_total() || seen[block / 8] & 1 << block % 8)
        wrong++;
    else
        seen[block / 8] |= 1 << block % 8;
}

static void see_file(u32 number)
{
    struct inode inode = *inode_get(number);
    if (!inode.used)
        return;
    for (int i = 0; i < DIRECT; i++)
        see(inode.direct[i]);
    see(inode.indirect);
    for (int i = 0; inode.indirect && i < INDIRECT; i++)
        see(((u32 *)block_read(inode.indirect))[i]);
    wrong += inode.size > MOST_FILE_BLOCKS * SECTOR;
}

/* How many names an inode has. */
static int names_of(u32 number)
{
    struct entry entry;
    int names = 0;
    for (u64 at = 0; inode_read(ROOT, at, &entry, sizeof entry) == sizeof entry; at += sizeof entry)
        names += entry.inode == number;
    return names;
}

/* Gives the number of inconsistencies; below 0: no memory to look. */
long fs_check(void)
{
    fs_enter();
    wrong = 0;
    seen = (u8 *)page_take();
    if (seen) {
        for (u32 number = 0; number < INODE_COUNT; number++) {
            see_file(number);
            if (number != ROOT)
                wrong += names_of(number) != (int)inode_get(number)->used;
        }
        for (u32 block = DATA_START; block < blocks_total(); block++) {
            const u8 *bitmap = block_read(BITMAP);
            wrong += (seen[block / 8] ^ bitmap[block / 8]) >> block % 8 & 1;
        }
        page_drop((u64)seen);
    }
    fs_leave();
    return seen ? wrong : -1;
}
