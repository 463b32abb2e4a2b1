/* What the parts of the kernel know of each other; larger subjects have headers of their own. */
#pragma once
#include "lib/text.h"
#include "lib/types.h"

/* tree.c: what the device tree says. Addresses are physical; 0: there is none. */
struct place {
    u64 base;
    u64 size;
    u32 irq; /* source at the PLIC */
};
enum { MOST_VIRTIO = 8 };
struct board {
    struct place ram;
    struct place uart, plic, ata;
    struct place virtio[MOST_VIRTIO];
    u64 virtio_count;
    u64 timebase; /* ticks of `time` in a second */
    u64 hart;     /* the one that we run on */
    char bootargs[256];
};
extern struct board board;
void tree_read(u64 tree);
/* What follows "name=" on the command line, up to its end; NULL: it is not there. */
const char *option(const char *name);

/* sbi.c: the firmware. */
void sbi_start(void);
void sbi_set_timer(u64 deadline);
void sbi_write(const char *text, u64 length);
int sbi_getchar(void); /* below 0: nothing there */
void sbi_shutdown(int failed) __attribute__((noreturn));

/* console.c */
void console_start(void);
void console_write(const char *text, u64 length);
u64 console_read(char *line, u64 room); /* a line, with its end; waits for it */
void console_interrupt(void);
void print(const char *pattern, ...);
void panic(const char *pattern, ...) __attribute__((noreturn));

/* plic.c: interrupts of devices. */
int plic_present(void);
void plic_enable(u32 source, void (*handler)(void));
void plic_interrupt(void);

/* timer.c */
void timer_start(void);
u64 timer_after(u64 milliseconds); /* a time in ticks */
void timer_program(void);          /* before user code runs or the hart sleeps */
void timer_interrupt(void);

/* syscall.c, exec.c */
struct frame;
void syscall(struct frame *frame);
long exec(const char *command);

/* trap.s */
void trap_entry(void);
void enter_user(struct frame *frame) __attribute__((noreturn));
