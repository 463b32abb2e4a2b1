/* Bytes and texts, shared by the kernel and its user programs. */
#include "text.h"

/* Pages are cleared and copied all the time, so 8 bytes at once where the addresses allow it. */
static int in_words(u64 a, u64 b, u64 count) { return ((a | b | count) & 7) == 0; }

void *memset(void *to, int byte, u64 count)
{
    u8 *at = to, *end = at + count;
    if (byte == 0 && in_words((u64)to, 0, count))
        for (; at < end; at += 8)
            *(volatile u64 *)at = 0;
    while (at < end)
        *(volatile u8 *)at++ = byte;
    return to;
}

void *memcpy(void *to, const void *from, u64 count)
{
    u8 *at = to, *end = at + count;
    const u8 *source = from;
    if (in_words((u64)to, (u64)from, count))
        for (; at < end; at += 8, source += 8)
            *(volatile u64 *)at = *(const u64 *)source;
    while (at < end)
        *(volatile u8 *)at++ = *source++;
    return to;
}

u64 strlen(const char *text)
{
    u64 length = 0;
    while (text[length])
        length++;
    return length;
}

int same_start(const char *a, const char *b, u64 count)
{
    for (; count > 0 && *a == *b && *a; count--)
        a++, b++;
    return count == 0 || *a == *b;
}

int same(const char *a, const char *b) { return same_start(a, b, ~0UL); }

u64 number(const char *text)
{
    u64 value = 0;
    while (*text >= '0' && *text <= '9')
        value = value * 10 + *text++ - '0';
    return value;
}

static u64 digits(char *to, u64 value, u64 base)
{
    char reversed[20];
    u64 count = 0, length;
    do
        reversed[count++] = "0123456789abcdef"[value % base];
    while ((value /= base) != 0);
    for (length = 0; count > 0;)
        to[length++] = reversed[--count];
    to[length] = 0;
    return length;
}

u64 format(char *to, u64 room, const char *pattern, __builtin_va_list arguments)
{
    char value[24];
    u64 length = 0;
    for (; *pattern; pattern++) {
        const char *piece = value;
        if (*pattern != '%') {
            value[0] = *pattern;
            value[1] = 0;
        } else if (*++pattern == 's') {
            piece = __builtin_va_arg(arguments, const char *);
        } else if (*pattern == 'd') {
            digits(value, __builtin_va_arg(arguments, u64), 10);
        } else if (*pattern == 'x') {
            digits(value, __builtin_va_arg(arguments, u64), 16);
        } else {
            value[0] = '%';
            value[1] = 0;
        }
        while (*piece && length + 1 < room)
            to[length++] = *piece++;
    }
    to[length] = 0;
    return length;
}
