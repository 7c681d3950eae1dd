#pragma once
#include "../include/cnn_kernel.h"
#include "../include/cnn_siphash.h"

/* Keyed sums of 16 bytes, one for each piece of at most CNN_SUM_PIECE bytes. Tasks: pieces.

   Each block of 4 KiB is hashed by NH (Black, Halevi, Krawczyk, Krovetz and Rogaway, "UMAC", 1999), which multiplies
   pairs of 32-bit words: two passes whose keys are shifted by 16 bytes give 16 bytes. For any two different blocks a
   random key gives the same 16 bytes with a probability of at most 2^-64. SipHash then binds the blocks of a piece, its
   number of bytes among them. Every instruction set gives the same sums. */
enum {
  CNN_SUM_PIECE = 1 << 20, /* the most bytes of a piece */
  CNN_SUM_BLOCK = 4096,
  CNN_SUM_PASSES = 2,
  CNN_SUM_KEY = CNN_SUM_BLOCK + (CNN_SUM_PASSES - 1) * 16, /* bytes of NH's key */
  CNN_SUM_BYTES = 16,
};
typedef struct {
  const void *bytes;
  int64_t count;
} cnn_sum_piece;
typedef struct {
  const cnn_sum_piece *pieces;
  const uint8_t *key;     /* NH's */
  const uint8_t *sip_key; /* SipHash's, 16 bytes */
  uint8_t *sums;          /* [pieces][CNN_SUM_BYTES] */
} cnn_keyed_sums;
extern const cnn_kernel cnn_keyed_sum_kernel;

#ifdef CNN_BODY
typedef uint32_t sum_words __attribute__((ext_vector_type(NATIVE_LANES)));
typedef uint32_t sum_words_anywhere __attribute__((ext_vector_type(NATIVE_LANES), aligned(1)));
typedef uint64_t sum_products __attribute__((ext_vector_type(NATIVE_LANES / 2)));

INLINE void sum_block(const uint8_t *block, const uint8_t *key, uint64_t *result) {
  enum { STEP = NATIVE_LANES * 4 };
  sum_products sums[CNN_SUM_PASSES];
#pragma clang loop unroll(full)
  for (int pass = 0; pass < CNN_SUM_PASSES; pass++) sums[pass] = 0;
#pragma clang loop unroll_count(2)
  for (int i = 0; i < CNN_SUM_BLOCK; i += STEP) {
    const sum_words words = *(const sum_words_anywhere *)(block + i);
#pragma clang loop unroll(full)
    for (int pass = 0; pass < CNN_SUM_PASSES; pass++) {
      const sum_products pairs = (sum_products)(words + *(const sum_words_anywhere *)(key + i + pass * 16));
      sums[pass] += (pairs & 0xffffffffu) * (pairs >> 32);
    }
  }
#pragma clang loop unroll(full)
  for (int pass = 0; pass < CNN_SUM_PASSES; pass++) {
    result[pass] = 0;
#pragma clang loop unroll(full)
    for (int lane = 0; lane < NATIVE_LANES / 2; lane++) result[pass] += sums[pass][lane];
  }
}

KERNEL(keyed_sum) {
  (void)scratch;
  const cnn_keyed_sums *c = context;
  const int64_t count = c->pieces[task].count;
  const uint8_t *bytes = c->pieces[task].bytes;
  uint64_t sums[CNN_SUM_PIECE / CNN_SUM_BLOCK * CNN_SUM_PASSES + 1];
  int64_t filled = 0;
  for (int64_t i = 0; i < count; i += CNN_SUM_BLOCK, filled += CNN_SUM_PASSES) {
    const uint8_t *block = bytes + i;
    uint8_t last[CNN_SUM_BLOCK];
    if (count - i < CNN_SUM_BLOCK) {
      memset(last, 0, sizeof last);
      block = memcpy(last, block, (size_t)(count - i));
    }
    sum_block(block, c->key, sums + filled);
  }
  sums[filled++] = (uint64_t)count;
  cnn_siphash(c->sip_key, sums, filled * (int64_t)sizeof *sums, c->sums + task * CNN_SUM_BYTES);
}
#endif
