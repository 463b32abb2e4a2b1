/* Prints its arguments. */
#include "user.h"

int main(char *arguments)
{
    print("%s\n", arguments);
    return 0;
}
