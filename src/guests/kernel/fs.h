/*
 * The file system: one directory on any disk, in blocks of a sector. Block 0 says what it is, block 1 which blocks are used,
 * then come the inodes, then data. At most 4096 blocks, as many as block 1 has bits.
 */
#pragma once
#include "disk.h"
#include "proc.h"

enum { MOST_BLOCKS = SECTOR * 8 };
enum { SUPERBLOCK = 0, BITMAP = 1, INODES = 2, INODE_BLOCKS = 8, DATA_START = INODES + INODE_BLOCKS };
enum { DIRECT = 12, INDIRECT = SECTOR / 4, MOST_FILE_BLOCKS = DIRECT + INDIRECT };
#define FS_MAGIC 0x57534653U /* "SFSW" */

struct superblock {
    u32 magic, blocks;
};

/* Block numbers; 0: not there yet. */
struct inode {
    u32 used, size;
    u32 direct[DIRECT];
    u32 indirect;
    u32 unused;
};
enum { INODES_IN_BLOCK = SECTOR / sizeof(struct inode), INODE_COUNT = INODE_BLOCKS * INODES_IN_BLOCK };
enum { ROOT = 0 }; /* the directory's inode */

/* The directory is a file of these; inode 0: this place is free. */
struct entry {
    char name[NAME_LENGTH];
    u32 inode;
};

/* cache.c */
void cache_start(const struct disk *disk);
void *block_read(u32 block);
void *block_zero(u32 block);
void block_write(void *buffer);

/* blocks.c */
u32 block_take(void);
void block_drop(u32 block);
u32 blocks_total(void);

/* inode.c */
struct inode *inode_get(u32 number);
int inode_take(void);
void inode_drop(u32 number);
u64 inode_read(u32 number, u64 offset, void *to, u64 length);
u64 inode_write(u32 number, u64 offset, const void *from, u64 length);

/* fs.c; names and files. */
void fs_start(void);
long fs_open(const char *name, int create);
long fs_unlink(const char *name);
int fs_list(u64 index, struct listed *listed);
void fs_enter(void);
void fs_leave(void);

/* fscheck.c */
long fs_check(void);

/* file.c: what processes have open. */
int file_is_open(u32 inode);
long file_open(const char *name, int create);
long file_close(u64 file);
long file_read(u64 file, u64 to, u64 length);
long file_write(u64 file, u64 from, u64 length);
void files_start(struct file *files);
void files_fork(struct file *child, const struct file *parent);
void files_close(struct file *files);
