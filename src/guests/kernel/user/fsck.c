/* Asks whether the file system is consistent. */
#include "user.h"

int main(char *arguments)
{
    print("fsck: %d inconsistencies\n", fscheck());
    return 0;
}
