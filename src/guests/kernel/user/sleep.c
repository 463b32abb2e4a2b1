/* sleep N: waits N milliseconds; nobody runs meanwhile, if nobody else wants to. */
#include "user.h"

int main(char *arguments) { return sleep_ms(number(arguments)); }
