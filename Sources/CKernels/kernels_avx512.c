#include "cnn_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define NAME(x) x##_avx512
#define HAS_AVX512 1
#define HAS_AVX2 1
#include "kernels.inc"
#pragma clang attribute pop
#endif
