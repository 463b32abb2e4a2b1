/* Removes a file. */
#include "user.h"

int main(char *name)
{
    expect(unlink(name) == 0, "there is such a file, and nobody has it open");
    return 0;
}
