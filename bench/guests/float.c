/* Floating point: planets (roots, quotients), a product of matrices (fused multiply-add), a filter in single precision, conversions. */
#include "guest.h"

#define BODIES 5
#define SIDE 48
#define SAMPLES 4096
#define ROUNDS 150

static double x[BODIES][3], v[BODIES][3], mass[BODIES];
static double a[SIDE][SIDE], b[SIDE][SIDE], c[SIDE][SIDE];
static float in[SAMPLES], out[SAMPLES];

static void planets(int steps) {
  for (int step = 0; step < steps; step++) {
    for (int i = 0; i < BODIES; i++)
      for (int j = i + 1; j < BODIES; j++) {
        double d[3], square = 0.01;
        for (int k = 0; k < 3; k++) d[k] = x[i][k] - x[j][k], square += d[k] * d[k];
        double pull = 0.001 / (square * __builtin_sqrt(square));
        for (int k = 0; k < 3; k++) v[i][k] -= d[k] * mass[j] * pull, v[j][k] += d[k] * mass[i] * pull;
      }
    for (int i = 0; i < BODIES; i++)
      for (int k = 0; k < 3; k++) x[i][k] += 0.001 * v[i][k];
  }
}

static void multiply(void) {
  for (int i = 0; i < SIDE; i++)
    for (int j = 0; j < SIDE; j++) {
      double sum = 0;
      for (int k = 0; k < SIDE; k++) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
}

static void filter(void) {
  for (int i = 2; i < SAMPLES; i++) out[i] = 0.3f * in[i] + 0.5f * in[i - 1] + 0.2f * in[i - 2] - 0.1f * out[i - 1];
  for (int i = 0; i < SAMPLES; i++) in[i] = out[i] < 0 ? -out[i] : out[i] * 0.99f;
}

/* Averages that are cut to integers. */
static u64 convert(u64 seed) {
  long sum = 0;
  for (int i = 1; i <= 2000; i++) {
    seed = xorshift(seed);
    sum += (long)((double)(int)seed / (double)i + 0.5);
  }
  return sum;
}

static u64 bits(double value) {
  union { double value; u64 bits; } both = { value };
  return both.bits;
}

int main(void) {
  u64 sum = 0, flags;
  __asm__ volatile("csrs mstatus, %0\nfscsr zero" : : "r"(1 << 13));
  for (int i = 0; i < BODIES; i++) {
    mass[i] = 1.0 / (i + 1);
    for (int k = 0; k < 3; k++) x[i][k] = i * 1.7 - k * 0.3, v[i][k] = (k - i) * 0.11;
  }
  for (int i = 0; i < SIDE; i++)
    for (int j = 0; j < SIDE; j++) a[i][j] = (i + 1) / 7.0, b[i][j] = (j - i) / 3.0;
  for (int i = 0; i < SAMPLES; i++) in[i] = (i % 37) - 18.25f;
  for (int round = 0; round < ROUNDS; round++) {
    planets(200);
    multiply();
    filter();
    sum += convert(SEED + round);
    a[round % SIDE][0] = c[0][round % SIDE] / 1024;
  }
  print(bits(x[0][0]));
  print(bits(c[5][7]));
  print(bits(in[100]));
  print(sum);
  __asm__ volatile("frflags %0" : "=r"(flags));
  print(flags);
  return 0;
}
