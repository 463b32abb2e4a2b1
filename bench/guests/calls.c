/* Indirect calls: through a table by a random number, and a switch that no predictor guesses. */
#include "guest.h"

#define CALLS 10000000

#define FUNCTION(name, value) __attribute__((noinline)) static u64 name(u64 x, u64 y) { return value; }
FUNCTION(f0, x + y)
FUNCTION(f1, x ^ (y << 3))
FUNCTION(f2, x - y)
FUNCTION(f3, x * 5 + y)
FUNCTION(f4, (x >> 3) ^ y)
FUNCTION(f5, x | (y & 255))
FUNCTION(f6, y - x)
FUNCTION(f7, (x << 7) | (x >> 57))
static u64 (*const table[])(u64, u64) = { f0, f1, f2, f3, f4, f5, f6, f7 };

int main(void) {
  u64 x = SEED, h = 1;
  for (int i = 0; i < CALLS; i++) {
    x = xorshift(x);
    h = table[x & 7](h, x);
    switch ((x >> 8) & 7) {
      case 0: h += 3; break;
      case 1: h ^= x; break;
      case 2: if (h & 1) h++; break;
      case 3: h = ~h; break;
      case 4: h <<= 1; break;
      case 5: h -= x; break;
      case 6: h += i; break;
      default: h ^= h >> 5;
    }
  }
  print(h);
}
