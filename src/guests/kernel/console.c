/*
 * The console. Bytes go out through the firmware, or through the serial port if the command line has "console=uart". They
 * come in by the serial port's interrupt; without a serial port we ask the firmware now and then. PC16550D data sheet, section 8.
 */
#include "arch.h"
#include "kernel.h"
#include "proc.h"

enum { RECEIVE_SEND = 0, INTERRUPTS = 1, STATUS = 5 };
enum { RECEIVED = 1, EMPTY = 0x20 };
enum { ROOM = 256, ASK_EVERY_MS = 10 };

static int through_uart;
static char typed[ROOM];
static u64 typed_in, typed_out; /* how many bytes ever came in, and were taken out */

static volatile u8 *reg(u64 offset) { return (volatile u8 *)(board.uart.base + offset); }

static int by_interrupt(void) { return board.uart.base && plic_present(); }

void console_start(void)
{
    const char *wanted = option("console");
    through_uart = wanted && same_start(wanted, "uart", 4) && board.uart.base;
    if (!by_interrupt())
        return;
    plic_enable(board.uart.irq, console_interrupt);
    *reg(INTERRUPTS) = RECEIVED;
}

void console_write(const char *text, u64 length)
{
    if (!through_uart)
        return sbi_write(text, length);
    for (; length > 0; length--) {
        while (!(*reg(STATUS) & EMPTY))
            ;
        *reg(RECEIVE_SEND) = *text++;
    }
}

static void take(char byte)
{
    if (typed_in - typed_out < ROOM)
        typed[typed_in++ % ROOM] = byte;
}

void console_interrupt(void)
{
    while (*reg(STATUS) & RECEIVED)
        take(*reg(RECEIVE_SEND));
    wake(typed);
}

static char next_byte(void)
{
    while (typed_in == typed_out) {
        int byte = by_interrupt() ? -1 : sbi_getchar();
        if (byte >= 0)
            take(byte);
        else if (by_interrupt())
            process_sleep(typed);
        else
            process_sleep_until(timer_after(ASK_EVERY_MS));
    }
    return typed[typed_out++ % ROOM];
}

u64 console_read(char *line, u64 room)
{
    u64 length = 0;
    while (length < room) {
        char byte = next_byte();
        if (byte == '\b' || byte == 127) {
            if (length > 0) {
                length--;
                console_write("\b \b", 3);
            }
            continue;
        }
        if (byte == '\r')
            byte = '\n';
        console_write(&byte, 1);
        line[length++] = byte;
        if (byte == '\n')
            break;
    }
    return length;
}

void print(const char *pattern, ...)
{
    char text[160];
    __builtin_va_list arguments;
    __builtin_va_start(arguments, pattern);
    u64 length = format(text, sizeof text, pattern, arguments);
    __builtin_va_end(arguments);
    console_write(text, length);
}

void panic(const char *pattern, ...)
{
    char text[160];
    __builtin_va_list arguments;
    __builtin_va_start(arguments, pattern);
    u64 length = format(text, sizeof text, pattern, arguments);
    __builtin_va_end(arguments);
    console_write("panic: ", 7);
    console_write(text, length);
    console_write("\n", 1);
    sbi_shutdown(1);
}
