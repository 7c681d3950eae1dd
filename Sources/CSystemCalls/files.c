#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

int64_t cnn_copy_range(int source, int64_t *offset, int target, int64_t count) {
#ifdef __linux__
  return copy_file_range(source, offset, target, NULL, (size_t)count, 0);
#else
  (void)source, (void)offset, (void)target, (void)count;
  errno = ENOSYS;
  return -1;
#endif
}

int cnn_contains(const void *bytes, size_t count, const char *text) {
  return bytes && memmem(bytes, count, text, strlen(text)) != NULL;
}

#ifdef __linux__

/* The one way to name an open file that needs no privilege. */
static void descriptor_path(int file, char path[64]) { snprintf(path, 64, "/proc/self/fd/%d", file); }

int cnn_create_unnamed(const char *folder, unsigned permissions) {
  const int file = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, permissions);
  if (file < 0) return -1;
  char path[64];
  descriptor_path(file, path);
  if (access(path, F_OK) == 0) return file;
  close(file);
  errno = ENOSYS;
  return -1;
}

int cnn_name_file(int file, const char *path) {
  char source[64];
  descriptor_path(file, source);
  return linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

int cnn_exchange(const char *path, const char *other) {
  const unsigned exchange = 2; /* RENAME_EXCHANGE */
  return (int)syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, other, exchange);
}

#else

static int missing(void) {
  errno = ENOSYS;
  return -1;
}

int cnn_create_unnamed(const char *folder, unsigned permissions) { return (void)folder, (void)permissions, missing(); }
int cnn_name_file(int file, const char *path) { return (void)file, (void)path, missing(); }
int cnn_exchange(const char *path, const char *other) { return (void)path, (void)other, missing(); }

#endif
