#pragma once

/* What all kernels share. Each kernel is one file in kernels/: first what it takes, then how it computes. The second part
   is compiled once for each instruction set, see kernels.inc. The registry of kernels is CKernels.h.

   Activations are blocked: 16 channels lie side by side for each pixel, [C / 16][H][W][16]. A tensor is a list of such
   blocks, each with its own address and row distance, so that a concatenation or a slice of channels is a list of
   addresses and moves nothing. Lanes beyond the last channel hold finite numbers, and weights that meet them are 0. */

#include <stdint.h>

enum { CNN_LANES = 16 };

/* One block of 16 channels. Pixel (y, x) of image n lies at data + n * image + y * row + x * 16; distances in floats.
   A border of zeros may lie around each image, as wide as the readers' padding asks for. */
typedef struct {
  float *data;
  int64_t row;
  int64_t image;
} cnn_plane;

typedef enum {
  CNN_IDENTITY,
  CNN_RELU,
  CNN_CLIP,         /* min(max(x, a), b) */
  CNN_LEAKY_RELU,   /* x < 0 ? a * x : x */
  CNN_SIGMOID,
  CNN_HARD_SIGMOID, /* min(max(a * x + b, 0), 1) */
  CNN_HARD_SWISH,   /* x * min(max(x / 6 + 1 / 2, 0), 1) */
  CNN_SWISH,        /* x * sigmoid(a * x) */
  CNN_TANH,
  CNN_ELU,          /* x < 0 ? a * (exp(x) - 1) : x */
  CNN_GELU,         /* x * (1 + erf(x / sqrt 2)) / 2 */
  CNN_MISH,         /* x * tanh(log(1 + exp(x))) */
  CNN_QUANTIZE,     /* min(max(x / a, b), c) rounded to even, times a; d for NaN before that */
} cnn_activation_kind;

typedef struct {
  cnn_activation_kind kind;
  float a, b, c, d;
} cnn_activation;

/* A piece of work: `task` counts from 0 to the step's number of tasks, in any order and on any thread. `scratch` is
   the thread's own, 64-byte aligned. What a task writes does not depend on the thread. */
typedef void (*cnn_task)(const void *context, int64_t task, float *scratch);

/* One kernel, compiled for each instruction set; NULL if the architecture lacks the set. */
typedef struct {
  cnn_task plain, avx2, avx512;
} cnn_kernel;

typedef enum { CNN_PLAIN, CNN_AVX2, CNN_AVX512 } cnn_instruction_set;

/* The best set that this CPU and system have. */
cnn_instruction_set cnn_best_instruction_set(void);

/* The CPUs that this process may run on. */
int cnn_cpu_count(void);
