// Before anything runs, the variables that say where a program keeps its files point into a new folder, so that neither
// a test nor a process that it starts writes to a home folder. Whoever does all the same fails the whole run.

#define _GNU_SOURCE
#include "environment.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char name[] = "CNNCONV_TEST_FOLDER";

static int delete_entry(const char *path, const struct stat *status, int flag, struct FTW *place) {
  (void)status, (void)flag, (void)place;
  remove(path);
  return 0;
}

static void delete_folder(void) {
  char home[4096];
  snprintf(home, sizeof home, "%s/home", cnn_test_folder());
  int is_empty = rmdir(home) == 0;
  nftw(cnn_test_folder(), delete_entry, 16, FTW_DEPTH | FTW_PHYS);
  if (is_empty) return;
  fprintf(stderr, "a test wrote to the home folder\n");
  _exit(EXIT_FAILURE);
}

static void point(const char *variable, const char *folder, const char *leaf) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, leaf);
  if (mkdir(path, 0700) != 0 || setenv(variable, path, 1) != 0) abort();
}

__attribute__((constructor)) static void make_folder(void) {
  // A process that a test started.
  if (getenv(name)) return;
  const char *parent = getenv("TMPDIR");
  char folder[2048];
  snprintf(folder, sizeof folder, "%s/cnnconv-tests-XXXXXX", parent && *parent ? parent : "/tmp");
  if (!mkdtemp(folder) || setenv(name, folder, 1) != 0) abort();
  point("HOME", folder, "home");
  point("XDG_CACHE_HOME", folder, "caches");
  point("CNNCONV_CACHE", folder, "plans");
  atexit(delete_folder);
}

const char *cnn_test_folder(void) { return getenv(name); }
