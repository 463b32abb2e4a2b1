/* The system calls: number in a7, arguments from a0 on, result in a0; a result below 0 is a failure. */
#pragma once

enum {
    SYS_EXIT,     /* (code) never returns */
    SYS_FORK,     /* () process number of the child; 0 in the child */
    SYS_WAIT,     /* (int *status) number of a child that ended; status: its code, or KILLED + cause of the trap */
    SYS_EXEC,     /* (command line) returns only if it fails */
    SYS_GETPID,   /* () */
    SYS_YIELD,    /* () */
    SYS_SLEEP,    /* (milliseconds) */
    SYS_READ,     /* (file, buffer, length) bytes read; 0 at the end */
    SYS_WRITE,    /* (file, buffer, length) bytes written */
    SYS_OPEN,     /* (name, OPEN_...) file */
    SYS_CLOSE,    /* (file) */
    SYS_UNLINK,   /* (name) */
    SYS_LIST,     /* (index, struct listed *) 0, or below 0 behind the last file */
    SYS_FSCHECK,  /* () inconsistencies found in the file system */
    SYS_MMAP,     /* (address, length, PROT_... | MAP_SHARED) address */
    SYS_MUNMAP,   /* (address, length) */
    SYS_MPROTECT, /* (address, length, PROT_...) */
    SYS_TABLES,   /* () shows the process its own page tables, read-only, from TABLES on */
    SYS_SWAP,     /* (address, address) exchanges two pages, by stores through the tables' second mapping */
    SYS_POWEROFF, /* () */
    SYS_COUNT,
};

enum { PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4, MAP_SHARED = 8 };
enum { OPEN_EXISTING, OPEN_CREATE };
enum { KILLED = 0x100 };

/* Where a process lives: one entry of the root table, so that everything else in it is the kernel's. */
#define USER_START 0x40000000UL
#define STACK_TOP 0x40200000UL /* in the same last-level table as the code: a small process has three tables */
#define MMAP_START 0x40400000UL
#define TABLES 0x7fe00000UL /* SYS_TABLES: one page for each table; the last page is the table of this window itself */
#define USER_END 0x80000000UL

#define NAME_LENGTH 28

struct listed {
    char name[NAME_LENGTH];
    unsigned size;
};
