/* An ATA disk without DMA, registers 4 bytes apart: every two bytes go through one register. ATA/ATAPI-6 (T13/1410D), clauses 7 to 9. */
#include "disk.h"
#include "proc.h"

enum {
    DATA = 0x00, COUNT = 0x08, LBA_LOW = 0x0c, LBA_MID = 0x10, LBA_HIGH = 0x14, DEVICE = 0x18,
    STATUS = 0x1c, COMMAND = 0x1c, ALTERNATE_STATUS = 0x20,
};
enum { ERR = 0x01, DRQ = 0x08, BSY = 0x80 };
enum { LBA = 0x40 };
enum { READ_SECTORS = 0x20, WRITE_SECTORS = 0x30, IDENTIFY_DEVICE = 0xec };
/* IDENTIFY DEVICE, words 60 and 61: sectors that can be addressed. */
enum { WORD_SECTORS = 60 };

static struct disk disk;

static volatile u8 *reg(u64 offset) { return (volatile u8 *)(board.ata.base + offset); }
static volatile u16 *data(void) { return (volatile u16 *)reg(DATA); }

/* Reading Status tells the device that we know. */
static void interrupt(void)
{
    (void)*reg(STATUS);
    wake(&disk);
}

/* Waits for the end of a command, or for data to be wanted. Alternate Status does not clear the interrupt that we wait for. */
static int ready(int wanted)
{
    while (*reg(ALTERNATE_STATUS) & BSY)
        if (plic_present())
            process_sleep(&disk);
    u8 status = *reg(STATUS);
    return !(status & ERR) && (status & wanted) == wanted;
}

static int read_data(u16 *words)
{
    if (!ready(DRQ))
        return 0;
    for (int i = 0; i < SECTOR / 2; i++)
        words[i] = *data();
    return 1;
}

static int write_data(const u16 *words)
{
    if (!ready(DRQ))
        return 0;
    for (int i = 0; i < SECTOR / 2; i++)
        *data() = words[i];
    return ready(0);
}

static int transfer(u64 sector, void *buffer, int write)
{
    *reg(COUNT) = 1;
    *reg(LBA_LOW) = sector;
    *reg(LBA_MID) = sector >> 8;
    *reg(LBA_HIGH) = sector >> 16;
    *reg(DEVICE) = LBA | (sector >> 24 & 0xf);
    *reg(COMMAND) = write ? WRITE_SECTORS : READ_SECTORS;
    return write ? write_data(buffer) : read_data(buffer);
}

const struct disk *ata_disk(void)
{
    u16 identity[SECTOR / 2];
    if (!board.ata.base)
        return NULL;
    plic_enable(board.ata.irq, interrupt);
    *reg(DEVICE) = LBA;
    *reg(COMMAND) = IDENTIFY_DEVICE;
    if (!read_data(identity))
        return NULL;
    disk = (struct disk){identity[WORD_SECTORS] | (u64)identity[WORD_SECTORS + 1] << 16, transfer};
    return &disk;
}
