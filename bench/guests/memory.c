/* Memory: loads and stores of all sizes through a linked list, a copy of bytes, a product of matrices. */
#include "guest.h"

#define NODES 4096
#define SIDE 64
#define ROUNDS 800

struct node { struct node *next; u64 v; u32 w; u16 h; u8 b; };
static u64 a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];

static u64 walk(struct node *at) {
  u64 sum = 0;
  for (int i = 0; i < 20000; i++) {
    sum += at->v + at->w;
    at->h += at->b;
    at->v ^= sum;
    at->w++;
    at = at->next;
  }
  return sum;
}

static void multiply(void) {
  for (int i = 0; i < SIDE; i += 4)
    for (int j = 0; j < SIDE; j++) {
      u64 sum = 0;
      for (int k = 0; k < SIDE; k++) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
}

int main(void) {
  struct node *nodes = (struct node *)heap;
  u8 *from = heap + 200000, *to = heap + 300000;
  u64 x = SEED, sum = 0;
  for (int i = 0; i < NODES; i++) nodes[i] = (struct node){ &nodes[(i * 1365 + 7) % NODES], i, i * 3, i, i };
  for (int i = 0; i < SIDE; i++)
    for (int j = 0; j < SIDE; j++) a[i][j] = i + j, b[i][j] = i ^ j;
  for (int round = 0; round < ROUNDS; round++) {
    sum += walk(nodes);
    for (int i = 0; i < 30000; i++) to[i] = from[i] + i;
    multiply();
    x = xorshift(x);
    ((u64 *)from)[x % 3000] = x;
    sum += c[x & 60][x >> 58];
  }
  print(sum);
}
