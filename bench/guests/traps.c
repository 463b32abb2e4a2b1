/* Traps: ecall from S-mode to M-mode and back, with the CSR accesses that a handler makes. */
#include "guest.h"

#define CALLS 600000

__asm__(".balign 4\n"
        "handler:\n"
        "  csrrw t0, mscratch, t0\n"
        "  csrr t1, mcause\n"
        "  csrr t2, mepc\n"
        "  addi t2, t2, 4\n"
        "  csrw mepc, t2\n"
        "  add a0, a0, t1\n"
        "  csrrw t0, mscratch, t0\n"
        "  mret\n");
extern void handler(void);

__attribute__((noinline)) static void supervisor(void) {
  register u64 a0 __asm__("a0") = 0;
  for (int i = 0; i < CALLS; i++) {
    __asm__ volatile("ecall" : "+r"(a0)::"t1", "t2", "memory");
    __asm__ volatile("csrw sscratch, %0\n csrr t1, sscratch\n csrr t2, sstatus\n add %0, %0, t1" : "+r"(a0)::"t1", "t2");
    a0 &= 0xffff;
  }
  print(a0);
  finish();
}

int main(void) {
  __asm__ volatile("csrw pmpaddr0, %0\n csrw pmpcfg0, %1\n csrw mtvec, %2\n csrw mepc, %3\n csrw mstatus, %4\n mret"
                   ::"r"(-1l), "r"(0x1f), "r"(handler), "r"(supervisor), "r"(1 << 11));
  __builtin_unreachable();
}
