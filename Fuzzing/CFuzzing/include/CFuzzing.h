#include <stddef.h>
#include <stdint.h>

/* libFuzzer's own mutations, in place. Returns the new number of bytes. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t count, size_t limit);
