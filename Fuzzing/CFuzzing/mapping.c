#include "CFuzzing.h"

#include <sanitizer/asan_interface.h>
#include <sys/mman.h>
#include <unistd.h>

/* The last page of a mapped file goes on after the file's end. The linker lets these stand in for the system's calls
   (--wrap), so that reading there is an error as it is behind memory of the heap. */

void *__real_mmap(void *address, size_t count, int protection, int flags, int file, off_t offset);
int __real_munmap(void *address, size_t count);

static size_t whole_pages(size_t count) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return (count + page - 1) / page * page;
}

void *__wrap_mmap(void *address, size_t count, int protection, int flags, int file, off_t offset) {
  char *mapped = __real_mmap(address, count, protection, flags, file, offset);
  if (mapped != MAP_FAILED && file >= 0) __asan_poison_memory_region(mapped + count, whole_pages(count) - count);
  return mapped;
}

int __wrap_munmap(void *address, size_t count) {
  __asan_unpoison_memory_region(address, whole_pages(count));
  return __real_munmap(address, count);
}
