/* What a user program can call. Results below 0 are failures; lib/syscalls.h says what each call does. */
#pragma once
#include "../lib/syscalls.h"
#include "../lib/text.h"

int main(char *arguments);

static inline long system_call(u64 number, u64 first, u64 second, u64 third)
{
    register u64 a0 asm("a0") = first;
    register u64 a1 asm("a1") = second;
    register u64 a2 asm("a2") = third;
    register u64 a7 asm("a7") = number;
    asm volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return a0;
}

void exit(int code) __attribute__((noreturn));
static inline long fork(void) { return system_call(SYS_FORK, 0, 0, 0); }
static inline long wait(int *status) { return system_call(SYS_WAIT, (u64)status, 0, 0); }
static inline long exec(const char *command) { return system_call(SYS_EXEC, (u64)command, 0, 0); }
static inline long getpid(void) { return system_call(SYS_GETPID, 0, 0, 0); }
static inline long yield(void) { return system_call(SYS_YIELD, 0, 0, 0); }
static inline long sleep_ms(u64 time) { return system_call(SYS_SLEEP, time, 0, 0); }
static inline long read(int file, void *to, u64 length) { return system_call(SYS_READ, file, (u64)to, length); }
static inline long write(int file, const void *from, u64 length) { return system_call(SYS_WRITE, file, (u64)from, length); }
static inline long open(const char *name, int how) { return system_call(SYS_OPEN, (u64)name, how, 0); }
static inline long close(int file) { return system_call(SYS_CLOSE, file, 0, 0); }
static inline long unlink(const char *name) { return system_call(SYS_UNLINK, (u64)name, 0, 0); }
static inline long list(u64 index, struct listed *to) { return system_call(SYS_LIST, index, (u64)to, 0); }
static inline long fscheck(void) { return system_call(SYS_FSCHECK, 0, 0, 0); }
static inline long mmap(u64 address, u64 length, int prot) { return system_call(SYS_MMAP, address, length, prot); }
static inline long munmap(u64 address, u64 length) { return system_call(SYS_MUNMAP, address, length, 0); }
static inline long mprotect(u64 address, u64 length, int prot) { return system_call(SYS_MPROTECT, address, length, prot); }
static inline long tables(void) { return system_call(SYS_TABLES, 0, 0, 0); }
static inline long swap(u64 one, u64 other) { return system_call(SYS_SWAP, one, other, 0); }
static inline void poweroff(void) { system_call(SYS_POWEROFF, 0, 0, 0); }

/* user.c */
void print(const char *pattern, ...); /* at most 159 characters, in one write */
/* Waits for all children; gives their number and adds up their statuses. */
u64 wait_for_all(u64 *sum);
/* What becomes of a child that does this: its exit code, or KILLED + cause. */
int status_of(void (*action)(u64 argument), u64 argument);
/* Ends the program with a message if this is not so. */
void expect(int is_so, const char *what);
