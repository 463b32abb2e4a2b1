/* What a file system needs of a disk. A driver gives one of these, or NULL if its device is not on the board. */
#pragma once
#include "kernel.h"

enum { SECTOR = 512 };

struct disk {
    u64 sectors;
    /* Moves one sector and returns when it is done, which other processes may use; 0: the device failed. */
    int (*transfer)(u64 sector, void *buffer, int write);
};

const struct disk *virtio_disk(void); /* virtio-blk.c */
const struct disk *ata_disk(void);    /* ata.c */
const struct disk *ram_disk(void);    /* ramdisk.c */
