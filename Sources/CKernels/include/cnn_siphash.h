#pragma once

#include <stdint.h>

/* SipHash-2-4 of 128 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, and its reference code). */
void cnn_siphash(const uint8_t key[16], const void *bytes, int64_t count, uint8_t result[16]);
