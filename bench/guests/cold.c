/* Cold code: writes 3,000 functions of 50 random instructions each into memory and calls each a few times. */
#include "guest.h"

#define FUNCTIONS 3000
#define LENGTH 50
#define ROUNDS 12

/* Encodings: unprivileged manual, "RV32/64G Instruction Set Listings". */
#define R(f7, f3) ((u32)(f7) << 25 | (f3) << 12 | 0x33)
#define I(f3, imm) ((u32)(imm) << 20 | (f3) << 12 | 0x13)
static const u32 alu[] = { R(0, 0), R(32, 0), R(0, 4), R(0, 6), R(0, 7), R(1, 0), R(0, 3), R(0, 0) };
static const u32 immediate[] = { I(0, 77), I(1, 13), I(5, 7), I(4, 1234), I(7, 2047), I(0, 0xf01), I(6, 5), I(2, 99) };
#define REGISTER(n) (5 + (n) % 3) /* t0, t1, t2 */
#define LD(rd, at) ((u32)(at) << 20 | 10 << 15 | 3 << 12 | (rd) << 7 | 0x03) /* ld rd, at(a0) */
#define SD(rs, at) ((u32)((at) >> 5) << 25 | (rs) << 20 | 10 << 15 | 3 << 12 | ((at) & 31) << 7 | 0x23)
#define BNE_8(rs) ((rs) << 20 | 1 << 12 | 8 << 7 | 0x63) /* bne x0, rs, .+8 */
#define RET 0x8067

static u32 instruction(u64 x) {
  u32 rd = REGISTER(x >> 8), rs1 = REGISTER(x >> 16), rs2 = REGISTER(x >> 24), kind = x & 15;
  u32 at = (x >> 32) % 32 * 8;
  if (kind < 6) return alu[(x >> 40) & 7] | rs2 << 20 | rs1 << 15 | rd << 7;
  if (kind < 10) return immediate[(x >> 40) & 7] | rs1 << 15 | rd << 7;
  if (kind < 12) return LD(rd, at);
  if (kind < 14) return SD(rs1, at);
  return BNE_8(rs1);
}

int main(void) {
  u32 *code = (u32 *)(heap + 4096);
  u64 x = SEED, sum = 0;
  for (int f = 0; f < FUNCTIONS; f++) {
    for (int i = 0; i < LENGTH - 2; i++) code[f * LENGTH + i] = instruction(x = xorshift(x));
    code[f * LENGTH + LENGTH - 2] = code[f * LENGTH + LENGTH - 1] = RET; /* a last branch skips one */
  }
  __asm__ volatile("fence.i" ::: "memory");
  for (int round = 0; round < ROUNDS; round++)
    for (int f = 0; f < FUNCTIONS; f++) {
      register u64 a0 __asm__("a0") = (u64)heap, t0 __asm__("t0") = sum;
      __asm__ volatile("jalr %2" : "+r"(a0), "+r"(t0) : "r"(code + f * LENGTH) : "ra", "t1", "t2", "memory");
      sum = t0 + round;
    }
  for (int i = 0; i < 32; i++) sum = sum * 31 + ((u64 *)heap)[i];
  print(sum);
}
