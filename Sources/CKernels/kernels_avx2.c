#include "cnn_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(x) x##_avx2
#define HAS_AVX512 0
#define HAS_AVX2 1
#include "kernels.inc"
#pragma clang attribute pop
#endif
