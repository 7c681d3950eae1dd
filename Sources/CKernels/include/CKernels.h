#ifndef CKERNELS_H
#define CKERNELS_H

/* Vector kernels for single-precision networks, and the pool of threads that runs them.

   Activations are blocked: 16 channels lie side by side for each pixel, [C / 16][H][W][16]. A tensor is a list of such
   blocks, each with its own address and row distance, so that a concatenation or a slice of channels is a list of
   addresses and moves nothing. Lanes beyond the last channel hold finite numbers, and weights that meet them are 0. */

#include <stdint.h>

enum { CNN_LANES = 16 };

/* Floating-point operations of a round of the kernel `peak`. */
enum { CNN_PEAK_OPERATIONS = 2 * 12 * 16 };

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
} cnn_activation_kind;

typedef struct {
  cnn_activation_kind kind;
  float a, b;
} cnn_activation;

/* A piece of work: `task` counts from 0 to the step's number of tasks, in any order and on any thread. `scratch` is
   the thread's own, 64-byte aligned. What a task writes does not depend on the thread. */
typedef void (*cnn_task)(const void *context, int64_t task, float *scratch);

/* Direct convolution. Tasks: images x bands of output rows x spans of output blocks, spans varying fastest. Groups hold
   whole blocks. The input's border is at least as wide as the taps reach.

   `lanes` 16: the input is blocked. `lanes` 1: each input plane is one plain channel, pixel x at data + x. */
typedef struct {
  const cnn_plane *input, *output, *residual; /* residual: added before the activation; NULL for none */
  const float *weights;                       /* [output block][input plane of the group][kh][kw][lanes][16 out] */
  const float *bias;                          /* [output blocks][16] */
  const float *scale, *shift; /* prologue of a 1x1 kernel: x * scale + shift per input channel; NULL for none */
  int64_t scale_image;        /* from one image's scales to the next one's; 0 where they are shared */
  int prologue_relu;
  int lanes;
  int group_inputs, group_outputs; /* planes and blocks of a group */
  int output_blocks, images, height, width, last_width; /* last_width: pixels of the last row */
  int kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  int pad_top, pad_left;
  int band, span; /* output rows and output blocks of a task; a span that is not the last holds whole groups or
                     divides one */
  cnn_activation activation;
} cnn_convolution;

/* 3x3 convolution of stride 1 by Winograd's F(4x4, 3x3) (Lavin and Gray, 2015). Needs no border.
   Weights are packed by cnn_winograd_weights: quads of up to 4 output blocks of a group side by side, as
   [quad][36][input block of the group][16 in][blocks of the quad][16 out], or, where the tasks expand them,
   [quad][input block of the group][16 in][blocks of the quad][9][16 out], a quarter of the memory. */
typedef struct {
  const cnn_plane *input, *output, *residual;
  const float *weights;
  const float *bias;
  int group_inputs, group_outputs, output_blocks, images;
  int input_height, input_width, height, width;
  int pad_top, pad_left;
  int tiles;     /* 4x4 outputs, of all images' tiles counted in rows, of a task */
  int span;      /* output blocks of a task; best a multiple of 4 */
  int expands;   /* weights are the plain ones, and each task transforms its own: for large ones and few tiles */
  float *shared; /* NULL: a task transforms its input itself. Otherwise [tile group][group][36][input block][tiles][16],
                    with some padding, filled by the step before */
  cnn_activation activation;
} cnn_winograd;

/* Each channel by its own kernel. Tasks: images x bands x spans of blocks. */
typedef struct {
  const cnn_plane *input, *output, *residual;
  const float *weights; /* [block][kh][kw][16] */
  const float *bias;    /* [blocks][16] */
  int blocks, images, height, width;
  int kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  int pad_top, pad_left; /* the input's border is at least this wide, and as wide as needed on the other sides */
  int band, span;
  cnn_activation activation;
} cnn_depthwise;

/* Pooling; windows are cut at the input's edges, no border is read. Tasks: images x bands x spans of blocks. */
typedef struct {
  const cnn_plane *input, *output;
  int blocks, images, input_height, input_width, height, width;
  int kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
  int pad_top, pad_left, pad_bottom, pad_right;
  int is_average;     /* 0: the largest element, NaN wins */
  int counts_padding; /* average: what lies in the padding counts as zeros */
  int band, span;
  cnn_activation activation;
} cnn_pooling;

/* The mean (or the largest element) of each channel of an image, output [1][1]. Tasks: images x spans of blocks. */
typedef struct {
  const cnn_plane *input, *output;
  int blocks, images, height, width;
  int is_maximum;
  int span;
} cnn_global_pooling;

typedef enum { CNN_ADD, CNN_SUBTRACT, CNN_MULTIPLY } cnn_join;

/* activation(first (join) second); second may be one pixel per image that stands for all. second NULL: activation
   of first alone. scale and shift, where given, are applied per channel to first: x * scale + shift. Output may be
   first. Tasks: images x bands x spans. */
typedef struct {
  const cnn_plane *first, *second, *output;
  const float *scale, *shift;
  cnn_join join;
  int second_is_pixel;
  int blocks, images, height, width;
  int band, span;
  cnn_activation activation;
} cnn_elementwise;

/* Where the 16 lanes of an output block come from: source[i] is a block of the input, lane[i] its lane; source -1
   gives 0. Tasks: images x bands x spans of output blocks. */
typedef struct {
  const cnn_plane *input, *output;
  const int16_t *source; /* [output block][16] */
  const int8_t *lane;    /* [output block][16] */
  int blocks, images, height, width;
  int band, span;
} cnn_gather;

/* Plain [N][C][H][W] to blocks and back. Tasks: images x blocks x bands. */
typedef struct {
  const float *plain_input; /* packing: read */
  float *plain_output;      /* unpacking: written */
  const cnn_plane *blocks;
  int channels, images, height, width;
  int band;
} cnn_packing;

/* Plain [N][C][H][W] to plain channels with a border, row distances being the planes'. Tasks: images x channels. */
typedef struct {
  const float *input;
  const cnn_plane *planes;
  int channels, images, height, width;
} cnn_framing;

/* Sets the borders around an image to zeros. Tasks: images x blocks. */
typedef struct {
  const cnn_plane *planes;
  int blocks, images, height, width, top, left, bottom, right;
  int lanes; /* 16, or 1 for plain channels */
} cnn_border;

/* x / (bias + alpha / size * sum of squares of neighbouring channels)^beta, the sum over (size - 1) / 2 channels
   below to size / 2 above. Tasks: images x bands. */
typedef struct {
  const cnn_plane *input, *output;
  int channels, images, height, width;
  int size;
  float alpha, beta, bias;
  int band;
} cnn_lrn;

/* output[n][m] = activation(sum over k of input[n][k] * weights[m][k] + bias[m]), weights at any alignment, where they
   lie in the file; or weights[k][m] where `is_transposed`. Tasks: spans of m. */
typedef struct {
  const float *input;
  const void *weights;
  const float *bias; /* NULL for none */
  float *output;
  int64_t rows, inputs, outputs; /* n, k, m */
  int64_t padded_outputs;        /* columns from `outputs` to here become 0 */
  int64_t input_row, output_row, weight_row;
  int is_transposed;
  int64_t span;
  cnn_activation activation;
} cnn_linear;

/* exp(x) / sum of exp(x) for each row. Tasks: rows. */
typedef struct {
  const float *input;
  float *output;
  int64_t rows, columns, input_row, output_row;
} cnn_softmax;

/* The kernels for one instruction set. */
typedef struct {
  cnn_task convolution;
  cnn_task winograd_input; /* fills `shared`; tasks: groups of tiles x input blocks */
  cnn_task winograd;       /* tasks: groups of tiles x spans, spans varying slowest where shared */
  cnn_task depthwise;
  cnn_task pooling;
  cnn_task global_pooling;
  cnn_task elementwise;
  cnn_task gather;
  cnn_task pack;
  cnn_task frame;
  cnn_task unpack;
  cnn_task border;
  cnn_task lrn;
  cnn_task linear;
  cnn_task softmax;
  cnn_task peak; /* multiplies and adds in registers as many rounds as the int64_t that context points at says */
} cnn_kernels;

typedef enum { CNN_PLAIN, CNN_AVX2, CNN_AVX512 } cnn_instruction_set;

/* The best set that this CPU and system have. */
cnn_instruction_set cnn_best_instruction_set(void);
/* NULL where the CPU lacks the set. */
const cnn_kernels *cnn_kernels_of(cnn_instruction_set set);

/* The CPUs that this process may run on. */
int cnn_cpu_count(void);

/* Floats of scratch that a task of each needs. */
int64_t cnn_convolution_scratch(const cnn_convolution *);
int64_t cnn_lrn_scratch(const cnn_lrn *);
int64_t cnn_winograd_scratch(const cnn_winograd *);
int64_t cnn_winograd_shared(const cnn_winograd *); /* floats of `shared` */

/* Packs `count` output blocks from `first` on of w, [outputs][inputs of a group][3][3] at any alignment, for blocks of
   a group as in cnn_winograd; `packed` is the start of all the weights, (expands ? 9 : 36) * 256 floats for each pair
   of an output block and an input block of its group. */
void cnn_winograd_weights(const float *w, int outputs, int inputs, int group_inputs, int group_outputs, int expands,
                          float *packed, int first, int count);

/* Weights [filters][channels of a group][taps] at any alignment to cnn_convolution's form. filters and channels say what
   each lane of outputs and inputs stands for, -1 for nothing. Tasks: output blocks. */
typedef struct {
  const void *weights;
  const int32_t *filters;  /* [output blocks * 16] */
  const int32_t *channels; /* [input planes * lanes] of all groups */
  float *packed;
  int group_filters, group_channels; /* of the graph's groups */
  int group_inputs, group_outputs;   /* of the kernel's, in planes and blocks */
  int output_blocks, lanes, taps;
} cnn_convolution_packing;

/* As cnn_winograd_weights. Tasks: output blocks. */
typedef struct {
  const void *weights;
  float *packed;
  int filters, group_channels, group_inputs, group_outputs, output_blocks, expands;
} cnn_winograd_packing;

void cnn_pack_convolution(const void *context, int64_t task, float *scratch);
void cnn_pack_winograd(const void *context, int64_t task, float *scratch);

/* One sum for each piece of so many bytes. Tasks: pieces. */
enum { CNN_CHECKSUM_BYTES = 1 << 20 };
typedef struct {
  const void *bytes;
  int64_t count;
  uint64_t *sums;
} cnn_checksums;
void cnn_checksum(const void *context, int64_t task, float *scratch);

/* A step of a program. `call`, where given, runs on the thread that called alone; other than 0 ends the program. */
typedef struct {
  cnn_task run;
  const void *context;
  int64_t tasks;
  int (*call)(void *);
  void *argument;
} cnn_step;

typedef struct cnn_pool cnn_pool;

/* A pool of `threads`, the caller's own among them; NULL where memory or threads are not to be had. */
cnn_pool *cnn_pool_create(int threads);
void cnn_pool_destroy(cnn_pool *);

/* Runs steps in order, each one's tasks on the pool's threads. While another program holds the pool, and with
   `threads` 1, the caller's thread does it all. scratch[i] is for thread i.
   times: NULL, or the nanoseconds that each step took.
   Returns 0 or what a call returned. */
int cnn_pool_run(cnn_pool *, int threads, const cnn_step *steps, int64_t count, float *const *scratch, int64_t *times);

#endif
