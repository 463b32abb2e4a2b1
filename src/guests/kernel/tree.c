/* The device tree: where RAM and devices are, and what the command line says. Devicetree Specification, "Flattened Devicetree (DTB) Format". */
#include "kernel.h"

enum { BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOP = 4 };
enum { HEADER_MAGIC = 0, HEADER_STRUCTURE = 2, HEADER_STRINGS = 3 };
#define MAGIC 0xd00dfeedU

struct board board;

/* Numbers are big-endian. */
static u32 cell(const u32 *at)
{
    const u8 *bytes = (const u8 *)at;
    return (u32)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static u64 two_cells(const u32 *at) { return (u64)cell(at) << 32 | cell(at + 1); }

/* The node at hand: those of its properties that we need. */
struct node {
    const char *compatible;
    u32 compatible_length;
    int is_memory;
    struct place place;
};

/* `compatible` is a list of texts, one behind the other. */
static int compatible(const struct node *node, const char *name)
{
    for (u32 at = 0; at < node->compatible_length; at += strlen(node->compatible + at) + 1)
        if (same(node->compatible + at, name))
            return 1;
    return 0;
}

const char *option(const char *name)
{
    u64 length = strlen(name);
    for (const char *at = board.bootargs; *at; at++)
        if ((at == board.bootargs || at[-1] == ' ') && same_start(at, name, length) && at[length] == '=')
            return at + length + 1;
    return NULL;
}

static void finish(const struct node *node)
{
    if (node->is_memory && !board.ram.size)
        board.ram = node->place;
    else if (compatible(node, "ns16550a"))
        board.uart = node->place;
    else if (compatible(node, "riscv,plic0"))
        board.plic = node->place;
    else if (compatible(node, "ata-generic"))
        board.ata = node->place;
    else if (compatible(node, "virtio,mmio") && board.virtio_count < MOST_VIRTIO)
        board.virtio[board.virtio_count++] = node->place;
}

/* Addresses and sizes have two cells each on this board: in the root and in /soc, where our devices are. */
static void property(struct node *node, const char *name, const u32 *value, u32 length)
{
    if (same(name, "compatible")) {
        node->compatible = (const char *)value;
        node->compatible_length = length;
    } else if (same(name, "device_type")) {
        node->is_memory = same((const char *)value, "memory");
    } else if (same(name, "reg") && length >= 16) {
        node->place.base = two_cells(value);
        node->place.size = two_cells(value + 2);
    } else if (same(name, "interrupts") && length >= 4) {
        node->place.irq = cell(value);
    } else if (same(name, "timebase-frequency")) {
        board.timebase = cell(value);
    } else if (same(name, "bootargs")) {
        u32 room = sizeof board.bootargs - 1;
        memcpy(board.bootargs, value, length < room ? length : room);
    }
}

/* Reads all that we shall ever want to know, so that the tree's memory can be used for something else. */
void tree_read(u64 tree)
{
    const u32 *header = (const u32 *)tree;
    if (cell(header + HEADER_MAGIC) != MAGIC)
        panic("there is no device tree at 0x%x", tree);
    const u32 *at = (const u32 *)(tree + cell(header + HEADER_STRUCTURE));
    const char *names = (const char *)(tree + cell(header + HEADER_STRINGS));
    struct node node = {0};
    for (;;) {
        u32 token = cell(at++);
        if (token == BEGIN_NODE || token == END_NODE) {
            finish(&node);
            node = (struct node){0};
            if (token == BEGIN_NODE)
                at += strlen((const char *)at) / 4 + 1;
        } else if (token == PROPERTY) {
            u32 length = cell(at);
            property(&node, names + cell(at + 1), at + 2, length);
            at += 2 + (length + 3) / 4;
        } else if (token != NOP) {
            return;
        }
    }
}
