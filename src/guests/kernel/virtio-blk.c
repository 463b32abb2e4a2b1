/* A virtio block device: Virtual I/O Device (VIRTIO) 1.2, 2.7 split virtqueues, 4.2 MMIO (version 2), 5.2 block device. */
#include "arch.h"
#include "disk.h"
#include "proc.h"

/* 4.2.2, "MMIO Device Register Layout". */
enum {
    MAGIC_VALUE = 0x00, VERSION = 0x04, DEVICE_ID = 0x08,
    DRIVER_FEATURES = 0x20, DRIVER_FEATURES_SEL = 0x24,
    QUEUE_SEL = 0x30, QUEUE_SIZE_MAX = 0x34, QUEUE_SIZE = 0x38, QUEUE_READY = 0x44, QUEUE_NOTIFY = 0x50,
    INTERRUPT_STATUS = 0x60, INTERRUPT_ACK = 0x64, STATUS = 0x70,
    QUEUE_DESC = 0x80, QUEUE_DRIVER = 0x90, QUEUE_DEVICE = 0xa0, CONFIG_CAPACITY = 0x100,
};
enum { MAGIC = 0x74726976, BLOCK_DEVICE = 2 };
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8 };
enum { FEATURE_VERSION_1 = 32 };

/* 2.7.5, "The Virtqueue Descriptor Table". */
struct descriptor {
    u64 address;
    u32 length;
    u16 flags, next;
};
enum { NEXT = 1, DEVICE_WRITES = 2 };

/* A queue with room for the three descriptors of one request: header, data, status. All three parts lie in one page. */
enum { QUEUE = 4 };
struct queue {
    struct descriptor descriptors[QUEUE];
    struct {
        u16 flags, index, ring[QUEUE];
    } available;
    struct {
        u16 flags, index;
        struct {
            u32 id, length;
        } ring[QUEUE];
    } used __attribute__((aligned(4)));
};

/* 5.2.6, "Device Operation". */
struct request {
    u32 type, reserved;
    u64 sector;
};
enum { READ = 0, WRITE = 1 };

static const struct place *place;
static struct queue *queue;
static struct disk disk;

static volatile u32 *reg(const struct place *at, u64 offset) { return (volatile u32 *)(at->base + offset); }

static void interrupt(void)
{
    *reg(place, INTERRUPT_ACK) = *reg(place, INTERRUPT_STATUS);
    wake(queue);
}

static void describe(int index, const void *address, u64 length, u16 flags)
{
    queue->descriptors[index] = (struct descriptor){(u64)address, length, flags, index + 1};
}

static int transfer(u64 sector, void *buffer, int write)
{
    struct request request = {write ? WRITE : READ, 0, sector};
    volatile u8 status = 0xff;
    u16 done = queue->used.index + 1;
    describe(0, &request, sizeof request, NEXT);
    describe(1, buffer, SECTOR, NEXT | (write ? 0 : DEVICE_WRITES));
    describe(2, (const void *)&status, 1, DEVICE_WRITES);
    queue->available.ring[queue->available.index % QUEUE] = 0;
    device_fence();
    queue->available.index++;
    device_fence();
    *reg(place, QUEUE_NOTIFY) = 0;
    while (*(volatile u16 *)&queue->used.index != done)
        if (plic_present())
            process_sleep(queue);
    device_fence();
    return status == 0;
}

static void set_address(u64 offset, const void *address)
{
    *reg(place, offset) = (u64)address;
    *reg(place, offset + 4) = (u64)address >> 32;
}

/* 3.1.1, "Driver Requirements: Device Initialization". */
static int start(void)
{
    *reg(place, STATUS) = 0;
    *reg(place, STATUS) = ACKNOWLEDGE | DRIVER;
    for (u32 word = 0; word < 2; word++) {
        *reg(place, DRIVER_FEATURES_SEL) = word;
        *reg(place, DRIVER_FEATURES) = word == FEATURE_VERSION_1 / 32;
    }
    *reg(place, STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK;
    if (!(*reg(place, STATUS) & FEATURES_OK))
        return 0;
    *reg(place, QUEUE_SEL) = 0;
    if (*reg(place, QUEUE_SIZE_MAX) < QUEUE)
        return 0;
    *reg(place, QUEUE_SIZE) = QUEUE;
    set_address(QUEUE_DESC, queue->descriptors);
    set_address(QUEUE_DRIVER, &queue->available);
    set_address(QUEUE_DEVICE, &queue->used);
    *reg(place, QUEUE_READY) = 1;
    *reg(place, STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
    return 1;
}

static int is_disk(const struct place *at)
{
    return *reg(at, MAGIC_VALUE) == MAGIC && *reg(at, VERSION) == 2 && *reg(at, DEVICE_ID) == BLOCK_DEVICE;
}

const struct disk *virtio_disk(void)
{
    for (u64 i = 0; i < board.virtio_count && !place; i++)
        if (is_disk(&board.virtio[i]))
            place = &board.virtio[i];
    if (!place)
        return NULL;
    queue = (struct queue *)page_take();
    if (!queue || !start())
        return NULL;
    plic_enable(place->irq, interrupt);
    disk = (struct disk){*reg(place, CONFIG_CAPACITY), transfer};
    return &disk;
}
