/* The firmware below us. SBI ch. 3 "Binary Encoding", 5 legacy calls, 6 timer, 10 system reset, 12 debug console. */
#include "arch.h"
#include "kernel.h"

enum { LEGACY_SET_TIMER = 0, LEGACY_PUTCHAR = 1, LEGACY_GETCHAR = 2 };
enum { BASE = 0x10, BASE_PROBE = 3 };
#define TIME 0x54494d45UL
#define RESET 0x53525354UL
#define DEBUG_CONSOLE 0x4442434eUL
enum { CONSOLE_WRITE = 0, CONSOLE_READ = 1 };

struct answer {
    long error; /* legacy calls: the result */
    u64 value;
};

static struct answer call(u64 extension, u64 function, u64 first, u64 second, u64 third)
{
    register u64 a0 asm("a0") = first;
    register u64 a1 asm("a1") = second;
    register u64 a2 asm("a2") = third;
    register u64 a6 asm("a6") = function;
    register u64 a7 asm("a7") = extension;
    asm volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
    return (struct answer){a0, a1};
}

static int has_timer, has_console;

void sbi_start(void)
{
    has_timer = call(BASE, BASE_PROBE, TIME, 0, 0).value != 0;
    has_console = call(BASE, BASE_PROBE, DEBUG_CONSOLE, 0, 0).value != 0;
}

#ifdef PARAVIRTUAL
void sbi_set_timer(u64 deadline) { hypervisor_queue(TIME, 0, deadline, 0); }
#else
void sbi_set_timer(u64 deadline) { call(has_timer ? TIME : LEGACY_SET_TIMER, 0, deadline, 0, 0); }
#endif

/* The buffer's address is physical, and so are ours: the kernel lies where it is mapped. */
void sbi_write(const char *text, u64 length)
{
    while (has_console && length > 0) {
        struct answer written = call(DEBUG_CONSOLE, CONSOLE_WRITE, length, (u64)text, 0);
        if (written.error)
            return;
        text += written.value;
        length -= written.value;
    }
    for (; length > 0; length--)
        call(LEGACY_PUTCHAR, 0, *text++, 0, 0);
}

int sbi_getchar(void)
{
    char byte;
    if (!has_console)
        return call(LEGACY_GETCHAR, 0, 0, 0, 0).error;
    struct answer read = call(DEBUG_CONSOLE, CONSOLE_READ, 1, (u64)&byte, 0);
    return read.error || read.value == 0 ? -1 : byte;
}

void sbi_shutdown(int failed)
{
    call(RESET, 0, 0, failed, 0);
    for (;;)
        ;
}
