#include "cnn_kernel.h"


#define NAME(x) x##_plain
#define HAS_AVX512 0
#define HAS_AVX2 0
#include "kernels.inc"
