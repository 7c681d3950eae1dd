#define _GNU_SOURCE
#include "CKernels.h"

#include <sched.h>
#include <stddef.h>
#include <unistd.h>

extern const cnn_kernels cnn_kernels_plain;
#if defined(__x86_64__)
extern const cnn_kernels cnn_kernels_avx2, cnn_kernels_avx512;
#endif

cnn_instruction_set cnn_best_instruction_set(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma"))
    return CNN_AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CNN_AVX2;
#endif
  return CNN_PLAIN;
}

const cnn_kernels *cnn_kernels_of(cnn_instruction_set set) {
  if (set > cnn_best_instruction_set()) return NULL;
#if defined(__x86_64__)
  if (set == CNN_AVX512) return &cnn_kernels_avx512;
  if (set == CNN_AVX2) return &cnn_kernels_avx2;
#endif
  return set == CNN_PLAIN ? &cnn_kernels_plain : NULL;
}

int64_t cnn_convolution_scratch(const cnn_convolution *c) {
  const int64_t pointers = ((int64_t)c->group_inputs + 2) * sizeof(float *) / sizeof(float) + 32;
  if (!c->scale) return pointers;
  const int64_t planes = (int64_t)c->group_inputs * sizeof(cnn_plane) / sizeof(float) + 32;
  return pointers + planes + (int64_t)c->group_inputs * c->band * c->width * 16;
}

int64_t cnn_lrn_scratch(const cnn_lrn *c) { return (c->channels + 15) / 16 * 16 + 2 * (int64_t)c->size + 64; }

int cnn_cpu_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}
