/* Compute: the sieve of Eratosthenes, tight loops over bytes. */
#include "guest.h"

#define LIMIT 2000000
#define ROUNDS 20

int main(void) {
  u64 primes = 0;
  for (int round = 0; round < ROUNDS; round++) {
    for (u32 i = 0; i < LIMIT; i++) heap[i] = 1;
    for (u32 i = 2; i * i < LIMIT; i++)
      if (heap[i])
        for (u32 j = i * i; j < LIMIT; j += i) heap[j] = 0;
    for (u32 i = 2; i < LIMIT; i++) primes += heap[i];
  }
  print(primes);
}
