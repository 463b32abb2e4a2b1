/* Start, output through the UART, and the end, for every guest. They run in M-mode from 0x80000000, without firmware. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned u32;
typedef unsigned long u64;

#define UART ((volatile u8 *)0x10000000)
#define FINISHER ((volatile u32 *)0x100000)

/* Memory behind the program and its stack, page-aligned, all 0. */
extern u8 heap[];

int main(void);
__asm__(".section .start, \"ax\"\n"
        ".globl _start\n"
        "_start:\n"
        "  la sp, stack_top\n"
        "  call main\n"
        "  call finish\n"
        ".text\n");

__attribute__((noreturn, used)) static void finish(void) {
  *FINISHER = 0x5555;
  for (;;);
}

/* Each guest prints what it has computed, so that a wrong machine is seen. */
static void print(u64 value) {
  for (int shift = 60; shift >= 0; shift -= 4) *UART = "0123456789abcdef"[(value >> shift) & 15];
  *UART = '\n';
}

static inline u64 xorshift(u64 x) {
  x ^= x << 13;
  x ^= x >> 7;
  return x ^ (x << 17);
}
#define SEED 88172645463325252ul
