#include "cnn_siphash.h"

#include <string.h>

typedef struct {
  uint64_t a, b, c, d;
} state;

static uint64_t rotated(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

static void mix(state *s, int rounds) {
  for (int i = 0; i < rounds; i++) {
    s->a += s->b, s->b = rotated(s->b, 13) ^ s->a, s->a = rotated(s->a, 32);
    s->c += s->d, s->d = rotated(s->d, 16) ^ s->c;
    s->a += s->d, s->d = rotated(s->d, 21) ^ s->a;
    s->c += s->b, s->b = rotated(s->b, 17) ^ s->c, s->c = rotated(s->c, 32);
  }
}

static void absorb(state *s, uint64_t word) {
  s->d ^= word;
  mix(s, 2);
  s->a ^= word;
}

/* Words are little-endian, as on every machine that the kernels run on. */
void cnn_siphash(const uint8_t key[16], const void *bytes, int64_t count, uint8_t result[16]) {
  uint64_t k[2], word, sums[2];
  memcpy(k, key, 16);
  state s = {k[0] ^ 0x736f6d6570736575u, k[1] ^ 0x646f72616e646f6du ^ 0xee, k[0] ^ 0x6c7967656e657261u,
             k[1] ^ 0x7465646279746573u};
  const uint8_t *p = bytes;
  int64_t rest = count;
  for (; rest >= 8; rest -= 8, p += 8) {
    memcpy(&word, p, 8);
    absorb(&s, word);
  }
  word = (uint64_t)count << 56;
  for (int64_t i = 0; i < rest; i++) word |= (uint64_t)p[i] << 8 * i;
  absorb(&s, word);
  s.c ^= 0xee;
  mix(&s, 4);
  sums[0] = s.a ^ s.b ^ s.c ^ s.d;
  s.b ^= 0xdd;
  mix(&s, 4);
  sums[1] = s.a ^ s.b ^ s.c ^ s.d;
  memcpy(result, sums, 16);
}
