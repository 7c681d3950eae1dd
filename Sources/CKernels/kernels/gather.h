#pragma once
#include "../include/cnn_kernel.h"

/* Where the 16 lanes of an output block come from: source[i] is a block of the input, lane[i] its lane; source -1
   gives 0. Tasks: images x bands x spans of output blocks. */
typedef struct {
  const cnn_plane *input, *output;
  const int16_t *source; /* [output block][16] */
  const int8_t *lane;    /* [output block][16] */
  int blocks, images, height, width;
  int band, span;
} cnn_gather;
extern const cnn_kernel cnn_gather_kernel;

#ifdef CNN_BODY
/* Where lanes come from: the distinct groups of NATIVE_LANES source lanes, and what each lane takes from them. This is
   the same for all pixels, so it is worked out once. */
typedef struct {
  int groups, is_whole; /* is_whole: the lanes are a block just as it is */
  const cnn_plane *plane[16];
  int offset[16]; /* of the group in its block */
  int group[16];  /* for each lane its group, -1 for 0, */
  int within[16]; /* and the lane of that group */
} gather_sources;

/* Pixels of a row, or of rows that lie side by side. */
typedef struct {
  int64_t image, y, offset, count;
} gather_run;

INLINE float *run_of(const cnn_plane *plane, gather_run run) { return plane_row(plane, run.image, run.y) + run.offset; }

INLINE void find_sources(gather_sources *sources, const cnn_plane *input, const int16_t *source, const int8_t *lane,
                         int lanes, int group_lanes) {
  sources->groups = 0;
  int whole = 0;
  for (int i = 0; i < lanes; i++) {
    sources->group[i] = -1;
    sources->within[i] = 0;
    if (source[i] < 0) continue;
    const cnn_plane *plane = input + source[i];
    const int within = lane[i] % group_lanes, offset = lane[i] - within;
    int g = 0;
    while (g < sources->groups && (sources->plane[g] != plane || sources->offset[g] != offset)) g++;
    sources->plane[g] = plane;
    sources->offset[g] = offset;
    sources->group[i] = g;
    sources->within[i] = within;
    if (g == sources->groups) sources->groups++;
    whole += g == 0 && within == i;
  }
  sources->is_whole = whole == 16;
}

#if HAS_AVX512
/* Permutations of two sources each: one shuffle instead of two. */
typedef struct {
  gather_sources sources;
  __m512i index[8];
  __mmask16 mask[8];
} gather_plan;

static void gather_prepare(gather_plan *plan, const cnn_gather *c, int64_t block) {
  gather_sources *sources = &plan->sources;
  find_sources(sources, c->input, c->source + block * 16, c->lane + block * 16, 16, 16);
  if (sources->is_whole) return;
  if (!sources->groups) sources->plane[sources->groups++] = c->input;
  if (sources->groups % 2) sources->plane[sources->groups] = sources->plane[sources->groups - 1];
  for (int pair = 0; pair * 2 < sources->groups; pair++) {
    int32_t index[16];
    plan->mask[pair] = 0;
    for (int i = 0; i < 16; i++) {
      index[i] = sources->within[i] + 16 * (sources->group[i] & 1);
      if (sources->group[i] >= 0 && sources->group[i] / 2 == pair) plan->mask[pair] |= (__mmask16)(1u << i);
    }
    plan->index[pair] = _mm512_loadu_si512(index);
  }
}

INLINE void gather_pairs(const int pairs, const gather_plan *plan, float *to, gather_run run) {
  const float *from[16];
  __m512i index[8]; /* the stores below cannot change these, so that they stay in registers */
  __mmask16 mask[8];
  for (int g = 0; g < pairs * 2; g++) from[g] = run_of(plan->sources.plane[g], run);
  for (int pair = 0; pair < pairs; pair++) index[pair] = plan->index[pair], mask[pair] = plan->mask[pair];
  for (int64_t i = 0; i < run.count * 16; i += 16) {
    __m512 lanes = _mm512_maskz_permutex2var_ps(mask[0], _mm512_loadu_ps(from[0] + i), index[0],
                                                _mm512_loadu_ps(from[1] + i));
    for (int pair = 1; pair < pairs; pair++) {
      const __m512 both = _mm512_permutex2var_ps(_mm512_loadu_ps(from[2 * pair] + i), index[pair],
                                                 _mm512_loadu_ps(from[2 * pair + 1] + i));
      lanes = _mm512_mask_mov_ps(lanes, mask[pair], both);
    }
    _mm512_storeu_ps(to + i, lanes);
  }
}

static void gather_lanes(const gather_plan *plan, float *to, gather_run run) {
  switch ((plan->sources.groups + 1) / 2) {
  case 1: gather_pairs(1, plan, to, run); break;
  case 2: gather_pairs(2, plan, to, run); break;
  case 3: gather_pairs(3, plan, to, run); break;
  case 4: gather_pairs(4, plan, to, run); break;
  default: gather_pairs((plan->sources.groups + 1) / 2, plan, to, run);
  }
}
#elif HAS_AVX2
/* Each half of a block by itself. */
typedef struct {
  gather_sources sources; /* of the first half; of the block if that is the whole of it */
  gather_sources halves[2];
  __m256i index[2][8];
  __m256 mask[2][8];
} gather_plan;

static void gather_prepare(gather_plan *plan, const cnn_gather *c, int64_t block) {
  find_sources(&plan->sources, c->input, c->source + block * 16, c->lane + block * 16, 16, 16);
  for (int half = 0; half < 2; half++) {
    const int64_t first = block * 16 + half * 8;
    gather_sources *sources = plan->halves + half;
    find_sources(sources, c->input, c->source + first, c->lane + first, 8, 8);
    for (int g = 0; g < sources->groups; g++) {
      int32_t chosen[8];
      for (int i = 0; i < 8; i++) chosen[i] = sources->group[i] == g ? -1 : 0;
      plan->index[half][g] = _mm256_loadu_si256((const __m256i *)sources->within);
      plan->mask[half][g] = _mm256_castsi256_ps(_mm256_loadu_si256((const __m256i *)chosen));
    }
  }
}

INLINE void gather_half(const int groups, const gather_plan *plan, const int half, float *to, gather_run run) {
  const float *from[8];
  __m256i index[8]; /* the stores below cannot change these, so that they stay in registers */
  __m256 mask[8];
  for (int g = 0; g < groups; g++) {
    from[g] = run_of(plan->halves[half].plane[g], run) + plan->halves[half].offset[g];
    index[g] = plan->index[half][g];
    mask[g] = plan->mask[half][g];
  }
  for (int64_t i = 0; i < run.count * 16; i += 16) {
    __m256 lanes = _mm256_setzero_ps();
    for (int g = 0; g < groups; g++)
      lanes = _mm256_blendv_ps(lanes, _mm256_permutevar8x32_ps(_mm256_loadu_ps(from[g] + i), index[g]), mask[g]);
    _mm256_storeu_ps(to + half * 8 + i, lanes);
  }
}

static void gather_lanes(const gather_plan *plan, float *to, gather_run run) {
  for (int half = 0; half < 2; half++) switch (plan->halves[half].groups) {
    case 1: gather_half(1, plan, half, to, run); break;
    case 2: gather_half(2, plan, half, to, run); break;
    case 3: gather_half(3, plan, half, to, run); break;
    case 4: gather_half(4, plan, half, to, run); break;
    default: gather_half(plan->halves[half].groups, plan, half, to, run);
    }
}
#else
typedef struct {
  gather_sources sources;
} gather_plan;

static void gather_prepare(gather_plan *plan, const cnn_gather *c, int64_t block) {
  find_sources(&plan->sources, c->input, c->source + block * 16, c->lane + block * 16, 16, 16);
}

static void gather_lanes(const gather_plan *plan, float *to, gather_run run) {
  const float zero = 0, *from[16];
  int64_t step[16];
  for (int i = 0; i < 16; i++) {
    const int g = plan->sources.group[i];
    from[i] = g < 0 ? &zero : run_of(plan->sources.plane[g], run) + plan->sources.within[i];
    step[i] = g < 0 ? 0 : 1;
  }
  for (int64_t pixel = 0; pixel < run.count * 16; pixel += 16)
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) to[pixel + i] = from[i][pixel * step[i]];
}
#endif

enum { GATHER_PLANS = 8, GATHER_PIXELS = 64 };

/* Whether the rows of all planes of these blocks lie side by side. */
static int gather_is_dense(const cnn_gather *c, const gather_plan *plans, int64_t first, int64_t end) {
  for (int64_t block = first; block < end; block++) {
    const gather_sources *sources = &plans[block - first].sources;
    if (c->output[block].row != c->width * 16) return 0;
    for (int g = 0; g < sources->groups; g++)
      if (sources->plane[g]->row != c->width * 16) return 0;
  }
  return 1;
}

/* Run by run through all the blocks, which often share sources: these come from the first cache then. */
static void gather_blocks(const cnn_gather *c, int64_t first, int64_t end, int64_t image, int64_t y, int64_t y_end) {
  gather_plan plans[GATHER_PLANS];
  for (int64_t block = first; block < end; block++) gather_prepare(plans + (block - first), c, block);
  const int is_dense = gather_is_dense(c, plans, first, end);
  const int64_t width = is_dense ? c->width * (y_end - y) : c->width;
  if (is_dense) y_end = y + 1;
  for (; y < y_end; y++)
    for (int64_t x = 0; x < width; x += GATHER_PIXELS)
      for (int64_t block = first; block < end; block++) {
        const gather_plan *plan = plans + (block - first);
        const gather_run run = {image, y, x * 16, smaller(GATHER_PIXELS, width - x)};
        float *to = run_of(c->output + block, run);
        if (!plan->sources.is_whole) gather_lanes(plan, to, run);
        else memcpy(to, run_of(plan->sources.plane[0], run), (size_t)run.count * 16 * sizeof(float));
      }
}

KERNEL(gather) {
  const cnn_gather *c = context;
  (void)scratch;
  const int64_t spans = quotient_up(c->blocks, c->span), bands = quotient_up(c->height, c->band);
  const int64_t y = task / spans % bands * c->band, image = task / spans / bands;
  int64_t block = task % spans * c->span;
  const int64_t end = smaller(block + c->span, c->blocks);
  for (; block < end; block += GATHER_PLANS)
    gather_blocks(c, block, smaller(block + GATHER_PLANS, end), image, y, smaller(y + c->band, c->height));
}
#endif
