/* What processes have open: the console, or a file and how far it is read or written. */
#include "fs.h"

static u16 opens[INODE_COUNT];

int file_is_open(u32 inode) { return opens[inode] > 0; }

/* 0: input, 1: output. */
void files_start(struct file *files) { files[0].kind = files[1].kind = FILE_CONSOLE; }

void files_fork(struct file *child, const struct file *parent)
{
    for (int i = 0; i < MOST_FILES; i++) {
        child[i] = parent[i];
        if (child[i].kind == FILE_DISK)
            opens[child[i].inode]++;
    }
}

static void close(struct file *file)
{
    if (file->kind == FILE_DISK)
        opens[file->inode]--;
    file->kind = FILE_CLOSED;
}

void files_close(struct file *files)
{
    for (int i = 0; i < MOST_FILES; i++)
        close(&files[i]);
}

static struct file *file_of(u64 number)
{
    struct file *file = &current()->files[number];
    return number < MOST_FILES && file->kind != FILE_CLOSED ? file : NULL;
}

long file_close(u64 number)
{
    struct file *file = file_of(number);
    if (!file)
        return -1;
    close(file);
    return 0;
}

/* Takes the lowest number that is free, so that closing 1 and opening a file redirects the output. */
long file_open(const char *name, int create)
{
    long inode = fs_open(name, create);
    if (inode < 0)
        return -1;
    for (int i = 0; i < MOST_FILES; i++)
        if (current()->files[i].kind == FILE_CLOSED) {
            current()->files[i] = (struct file){FILE_DISK, inode, 0};
            opens[inode]++;
            return i;
        }
    return -1;
}

static long read_console(u64 to, u64 length)
{
    char line[128];
    u64 typed = console_read(line, length < sizeof line ? length : sizeof line);
    return copy_out(&current()->space, to, line, typed) ? (long)typed : -1;
}

long file_read(u64 number, u64 to, u64 length)
{
    u8 buffer[SECTOR];
    struct file *file = file_of(number);
    if (!file || file->kind == FILE_CONSOLE)
        return file ? read_console(to, length) : -1;
    u64 done = 0, piece;
    do {
        u64 wanted = length - done < SECTOR ? length - done : SECTOR;
        fs_enter();
        piece = inode_read(file->inode, file->offset, buffer, wanted);
        fs_leave();
        if (!copy_out(&current()->space, to + done, buffer, piece))
            return -1;
        file->offset += piece;
        done += piece;
    } while (piece > 0 && done < length);
    return done;
}

long file_write(u64 number, u64 from, u64 length)
{
    u8 buffer[SECTOR];
    struct file *file = file_of(number);
    u64 done = 0;
    while (file && done < length) {
        u64 piece = length - done < SECTOR ? length - done : SECTOR, written = piece;
        if (!copy_in(&current()->space, buffer, from + done, piece))
            return -1;
        if (file->kind == FILE_CONSOLE) {
            console_write((const char *)buffer, piece);
        } else {
            fs_enter();
            written = inode_write(file->inode, file->offset, buffer, piece);
            fs_leave();
            file->offset += written;
        }
        done += written;
        if (written < piece)
            break;
    }
    return file ? (long)done : -1;
}
