/*
 * All that C code does to the hart which only a kernel may do. Together with boot.s and trap.s this is what a paravirtual port
 * replaces: nothing else in the kernel has a privileged instruction or stores into a page table. Privileged, "Supervisor-Level ISA".
 */
#pragma once
#include "lib/types.h"

/* sie and sip, scause without its top bit: interrupts by number. */
enum { IRQ_TIMER = 5, IRQ_EXTERNAL = 9 };
enum { CAUSE_ECALL = 8, CAUSE_FETCH_FAULT = 12, CAUSE_LOAD_FAULT = 13, CAUSE_STORE_FAULT = 15 };
#define CAUSE_INTERRUPT (1UL << 63)

#define SSTATUS_SIE (1UL << 1)
#define SSTATUS_SPIE (1UL << 5)
#define SSTATUS_SPP (1UL << 8)

typedef u64 pte_t;

/* Not privileged, but the hart's all the same. */

/* Instructions were stored as data. */
static inline void code_changed(void) { asm volatile("fence.i" ::: "memory"); }
/* Memory and devices see what came before, before what comes after. */
static inline void device_fence(void) { asm volatile("fence iorw, iorw" ::: "memory"); }

#ifdef PARAVIRTUAL
#include "pv/arch.h"
#else

#define csr_read(name)                                            \
    ({                                                            \
        u64 csr_value;                                            \
        asm volatile("csrr %0, " #name : "=r"(csr_value));        \
        csr_value;                                                \
    })
#define csr_write(name, value) asm volatile("csrw " #name ", %0" ::"r"((u64)(value)) : "memory")

/* Traps: where they enter, and which interrupts there are at all. */

static inline void traps_start(void (*entry)(void))
{
    csr_write(stvec, entry);
    csr_write(sscratch, 0); /* trap.s: zero while the kernel runs */
    csr_write(sie, 1UL << IRQ_TIMER | 1UL << IRQ_EXTERNAL);
}

static inline u64 trap_cause(void) { return csr_read(scause); }
static inline u64 trap_value(void) { return csr_read(stval); }

/* Interrupts: off whenever the kernel runs, except here. User code is interrupted whatever SIE says. */

static inline void interrupts_on(void) { asm volatile("csrsi sstatus, 2" ::: "memory"); }
static inline void interrupts_off(void) { asm volatile("csrci sstatus, 2" ::: "memory"); }

/* Sleeps until an interrupt is pending, then takes it. wfi may also end for no reason. */
static inline void wait_for_interrupt(void)
{
    asm volatile("wfi" ::: "memory");
    interrupts_on();
    interrupts_off();
}

/* Page tables. */

/* What an entry says of a page: physical addresses are what they seem. And what it says of the kernel's own pages. */
#define to_frame(page) (page)
#define from_frame(frame) (frame)
#define KERNEL_PAGE (PTE_V | PTE_G | PTE_A | PTE_D)
#define DEVICE_PAGE KERNEL_PAGE
enum { LARGEST_LEAF = 2 };        /* the highest level at which the kernel is mapped by leaves: 1 GiB pages */
enum { TABLES_HAVE_ALIASES = 1 }; /* that one can store to (selfmap.c) */

/* The one store into page tables. */
static inline void pte_set(pte_t *entry, pte_t value) { *(volatile pte_t *)entry = value; }

#define SATP_SV39 (8UL << 60)
#define SATP_ASID_AT 44
#define SATP_ASID_MASK 0xffffUL

static inline void space_activate(u64 root, u64 asid)
{
    csr_write(satp, SATP_SV39 | asid << SATP_ASID_AT | root / PAGE_SIZE);
}

/* The largest ASID of this hart: "the number of ASID bits may be determined by writing one to every bit position". */
static inline u64 asid_limit(u64 root)
{
    space_activate(root, SATP_ASID_MASK);
    u64 limit = csr_read(satp) >> SATP_ASID_AT & SATP_ASID_MASK;
    space_activate(root, 0);
    return limit;
}

/* What was stored into page tables counts from here on: for one page of one space, for one space, for all. */
static inline void flush_page(u64 address, u64 asid)
{
    asm volatile("sfence.vma %0, %1" ::"r"(address), "r"(asid) : "memory");
}
static inline void flush_space(u64 asid) { asm volatile("sfence.vma zero, %0" ::"r"(asid) : "memory"); }
static inline void flush_all(void) { asm volatile("sfence.vma" ::: "memory"); }
static inline void updates_send(void) {} /* pte_set stores at once */

/* A root is made, and freed: nothing more to do. */
static inline int root_split(u64 root) { return 1; }
static inline void root_release(u64 root) {}

static inline u64 time_now(void) { return csr_read(time); }

#endif
