#pragma once
#include "../include/cnn_kernel.h"

/* Multiplies and adds in registers as many rounds as the int64_t that context points at says. */
extern const cnn_kernel cnn_peak_kernel;

/* Floating-point operations of a round. */
enum { CNN_PEAK_OPERATIONS = 2 * 12 * 16 };

#ifdef CNN_BODY
/* What the CPU can do: twelve independent sums hide the latency of a multiplication with addition. */

KERNEL(peak) {
  (void)task;
  (void)scratch;
  v16 sums[12];
  for (int i = 0; i < 12; i++) sums[i] = splat(1 + i * 0.01f);
  const v16 factor = splat(0.999f), addend = splat(0.001f);
  for (int64_t round = *(const int64_t *)context; round > 0; round--) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 12; i++) sums[i] = sums[i] * factor + addend;
  }
  for (int i = 0; i < 12; i++) __asm__ volatile("" : : "m"(sums[i]));
}
#endif
