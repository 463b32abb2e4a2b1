/* Bytes and texts, shared by the kernel and its user programs: there is no C library here. */
#pragma once
#include "types.h"

void *memset(void *to, int byte, u64 count);
void *memcpy(void *to, const void *from, u64 count);
u64 strlen(const char *text);
/* Do the texts begin with the same `count` characters, or are they equal? */
int same_start(const char *a, const char *b, u64 count);
int same(const char *a, const char *b);
/* Decimal digits; stops at the first character that is none. */
u64 number(const char *text);
/* %s %d %x %%; always ends with a zero byte. Gives the number of characters. */
u64 format(char *to, u64 room, const char *pattern, __builtin_va_list arguments);
