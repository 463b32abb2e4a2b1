/* Names: finding, making and removing files; and a new file system on a blank disk. */
#include "fs.h"

static int busy;

/* One process at a time: a transfer may sleep in the middle of a change. */
void fs_enter(void)
{
    while (busy)
        process_sleep(&busy);
    busy = 1;
}

void fs_leave(void)
{
    busy = 0;
    wake(&busy);
}

static void make(u32 blocks)
{
    for (u32 block = SUPERBLOCK; block < DATA_START; block++)
        block_zero(block);
    u8 *bitmap = block_read(BITMAP);
    for (u32 block = 0; block < DATA_START; block++)
        bitmap[block / 8] |= 1 << block % 8;
    block_write(bitmap);
    inode_get(ROOT)->used = 1;
    block_write(block_read(INODES));
    /* Last, so that a half-made file system is not taken for one. */
    struct superblock *superblock = block_read(SUPERBLOCK);
    *superblock = (struct superblock){FS_MAGIC, blocks};
    block_write(superblock);
}

/* Some other system's disk is left alone: only a first sector of zeros means blank. */
static int is_blank(void)
{
    const u8 *sector = block_read(SUPERBLOCK);
    for (int i = 0; i < SECTOR; i++)
        if (sector[i])
            return 0;
    return 1;
}

/* Is there a file system of ours on the disk, perhaps one just made? */
static int mount(const struct disk *disk)
{
    if (disk->sectors < 2 * DATA_START)
        return 0;
    cache_start(disk);
    if (is_blank())
        make(disk->sectors < MOST_BLOCKS ? disk->sectors : MOST_BLOCKS);
    const struct superblock *superblock = block_read(SUPERBLOCK);
    return superblock->magic == FS_MAGIC && superblock->blocks <= disk->sectors;
}

/* The first disk of the board that is ours or blank, or else memory; disk=NAME on the command line names one. */
void fs_start(void)
{
    static const struct {
        const char *name;
        const struct disk *(*find)(void);
    } drivers[] = {{"virtio", virtio_disk}, {"ata", ata_disk}, {"ram", ram_disk}};
    const char *wanted = option("disk");
    for (u64 i = 0; i < sizeof drivers / sizeof *drivers; i++) {
        if (wanted && !same_start(wanted, drivers[i].name, strlen(drivers[i].name)))
            continue;
        const struct disk *disk = drivers[i].find();
        if (disk && mount(disk)) {
            print("disk: %s\n", drivers[i].name);
            return;
        }
    }
    panic("there is no disk that can be used");
}

static int entry_read(u64 place, struct entry *entry)
{
    return inode_read(ROOT, place * sizeof *entry, entry, sizeof *entry) == sizeof *entry;
}

static int entry_write(u64 place, const struct entry *entry)
{
    return inode_write(ROOT, place * sizeof *entry, entry, sizeof *entry) == sizeof *entry;
}

/* The place of a name in the directory; below 0: it is not there. */
static long find(const char *name, struct entry *entry)
{
    for (u64 place = 0; entry_read(place, entry); place++)
        if (entry->inode && same(entry->name, name))
            return place;
    return -1;
}

/* The first place without a name, perhaps behind the last one. */
static u64 free_place(void)
{
    struct entry entry;
    u64 place = 0;
    while (entry_read(place, &entry) && entry.inode)
        place++;
    return place;
}

static long create_file(const char *name)
{
    int number = inode_take();
    if (number < 0)
        return -1;
    struct entry entry = {.inode = number};
    memcpy(entry.name, name, strlen(name));
    if (entry_write(free_place(), &entry))
        return number;
    inode_drop(number);
    return -1;
}

/* The inode of a file; below 0: it does not exist, or cannot be made. */
long fs_open(const char *name, int create)
{
    struct entry entry;
    if (!*name)
        return -1;
    fs_enter();
    long inode = find(name, &entry) >= 0 ? (long)entry.inode : create ? create_file(name) : -1;
    fs_leave();
    return inode;
}

/* Fails while a process has it open. */
long fs_unlink(const char *name)
{
    struct entry entry;
    fs_enter();
    long place = *name ? find(name, &entry) : -1;
    if (place >= 0 && !file_is_open(entry.inode)) {
        u32 inode = entry.inode;
        entry = (struct entry){0};
        entry_write(place, &entry);
        inode_drop(inode);
    } else {
        place = -1;
    }
    fs_leave();
    return place < 0 ? -1 : 0;
}

/* File number `index` of the directory; 0 behind the last one. */
int fs_list(u64 index, struct listed *listed)
{
    struct entry entry;
    int found = 0;
    fs_enter();
    for (u64 place = 0; !found && entry_read(place, &entry); place++)
        found = entry.inode && index-- == 0;
    if (found) {
        memcpy(listed->name, entry.name, sizeof entry.name);
        listed->size = inode_get(entry.inode)->size;
    }
    fs_leave();
    return found;
}
