/* Programs: ELF files that are linked into the kernel (programs.s). Their pages are brought by page faults. ELF-64 Object File Format, ch. "Program Header". */
#include "proc.h"

struct program {
    const char *name;
    const u8 *file, *end;
};
extern const struct program programs[], programs_end[];

struct elf_header {
    u8 identity[16];
    u16 type, machine;
    u32 version;
    u64 entry, segments_at, sections_at;
    u32 flags;
    u16 size, segment_size, segment_count;
};

struct elf_segment {
    u32 type, flags;
    u64 offset, virtual, physical, file_size, memory_size, alignment;
};

enum { LOAD = 1 };
enum { ELF_EXECUTE = 1, ELF_WRITE = 2, ELF_READ = 4 };
enum { STACK_PAGES = 8 };

static const struct program *find(const char *command, u64 length)
{
    for (const struct program *program = programs; program < programs_end; program++)
        if (strlen(program->name) == length && same_start(program->name, command, length))
            return program;
    return NULL;
}

static int load(struct space *space, const u8 *file)
{
    const struct elf_header *header = (const struct elf_header *)file;
    for (u64 i = 0; i < header->segment_count; i++) {
        const struct elf_segment *segment =
            (const struct elf_segment *)(file + header->segments_at + i * header->segment_size);
        if (segment->type != LOAD)
            continue;
        int prot = (segment->flags & ELF_READ ? PROT_READ : 0) | (segment->flags & ELF_WRITE ? PROT_WRITE : 0) |
                   (segment->flags & ELF_EXECUTE ? PROT_EXEC : 0);
        u64 end = PAGE_UP(segment->virtual + segment->memory_size);
        struct area *area = area_add(space, PAGE_DOWN(segment->virtual), end, prot);
        area->source = file + segment->offset;
        area->source_start = segment->virtual;
        area->source_length = segment->file_size;
    }
    return area_add(space, STACK_TOP - STACK_PAGES * PAGE_SIZE, STACK_TOP, PROT_READ | PROT_WRITE) != NULL;
}

/* Replaces the program of the process by "name arguments". Gives its first a0, the address of the arguments; below 0: the old one goes on. */
long exec(const char *command)
{
    u64 name_length = 0;
    while (command[name_length] && command[name_length] != ' ')
        name_length++;
    const struct program *program = find(command, name_length);
    struct space *space = &current()->space, made;
    if (!program || !space_make(&made))
        return -1;
    const char *arguments = command + name_length;
    while (*arguments == ' ')
        arguments++;
    u64 at = (STACK_TOP - strlen(arguments) - 1) & ~15UL;
    if (!load(&made, program->file) || !copy_out(&made, at, arguments, strlen(arguments) + 1)) {
        space_free(&made);
        return -1;
    }
    struct space old = *space;
    *space = made;
    space_enter(space);
    space_free(&old);
    struct frame *frame = frame_of(current());
    *frame = (struct frame){.pc = ((const struct elf_header *)program->file)->entry, .status = SSTATUS_SPIE};
    REG(frame, REG_SP) = at;
    return at;
}
