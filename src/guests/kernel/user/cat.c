/* Prints a file. */
#include "user.h"

int main(char *name)
{
    char piece[256];
    long length;
    int file = open(name, OPEN_EXISTING);
    expect(file >= 0, "there is such a file");
    while ((length = read(file, piece, sizeof piece)) > 0)
        write(1, piece, length);
    return 0;
}
