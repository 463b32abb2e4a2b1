/* fstest N: N rounds of creating, growing, reading back and removing files; the file system is checked after each. */
#include "user.h"

enum { FILES = 3, PIECE = 200, BIG = 7000 };

static u8 piece[PIECE];

static char *name_of(u64 file)
{
    static char name[] = "test.0";
    name[5] = '0' + file;
    return name;
}

/* What is at each place of each file is known from the numbers. */
static u8 byte_at(u64 file, u64 round, u64 offset) { return file * 31 + round * 7 + offset + offset / 256; }

static void write_file(u64 file, u64 round, u64 size)
{
    int opened = open(name_of(file), OPEN_CREATE);
    expect(opened >= 0, "a file can be created");
    for (u64 at = 0; at < size; at += PIECE) {
        u64 length = size - at < PIECE ? size - at : PIECE;
        for (u64 i = 0; i < length; i++)
            piece[i] = byte_at(file, round, at + i);
        expect(write(opened, piece, length) == (long)length, "all of a piece is written");
    }
    close(opened);
}

/* Gives the number of bytes that are as written. */
static u64 read_file(u64 file, u64 round)
{
    u64 right = 0, at = 0;
    long length;
    int opened = open(name_of(file), OPEN_EXISTING);
    expect(opened >= 0, "a file is found again");
    while ((length = read(opened, piece, PIECE)) > 0)
        for (long i = 0; i < length; i++, at++)
            right += piece[i] == byte_at(file, round, at);
    expect(right == at, "every byte is as it was written");
    close(opened);
    return right;
}

int main(char *arguments)
{
    u64 rounds = number(arguments), bytes = 0;
    long wrong = fscheck();
    for (u64 round = 0; round < rounds; round++) {
        for (u64 file = 0; file < FILES; file++)
            write_file(file, round, file == 0 ? BIG : (round + 1) * file * 300);
        wrong += fscheck();
        for (u64 file = 0; file < FILES; file++)
            bytes += read_file(file, round);
        for (u64 file = 0; file < FILES; file++)
            expect(unlink(name_of(file)) == 0, "a file can be removed");
        wrong += fscheck();
    }
    print("fstest: %d bytes read back, %d inconsistencies\n", bytes, (u64)wrong);
    return 0;
}
