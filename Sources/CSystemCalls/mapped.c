#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Ranges of memory in which files are mapped. The handler walks along the list while others change it, so places are
   used again but never freed, and a range counts from the moment when `start` is set until it is zero again. */
struct cnn_range {
  struct cnn_range *next;
  _Atomic uintptr_t start;
  _Atomic uintptr_t end;
  _Atomic int taken;
  int file;
  struct stat status; /* when it was mapped */
  char *path; /* belongs to `first_lost` if the file is the first that was lost */
};

static _Atomic(struct cnn_range *) ranges;
static _Atomic(const char *) first_lost;
static _Atomic int is_guarding;
static _Atomic int is_settled;
static uintptr_t page_size;
static struct sigaction previous;
/* Held while files are looked at, and while one is forgotten, which is closed next. Never in the handler. */
static pthread_mutex_t looking = PTHREAD_MUTEX_INITIALIZER;

static void lose(struct cnn_range *range) {
  const char *none = NULL;
  atomic_compare_exchange_strong(&first_lost, &none, range->path ? range->path : "a mapped file");
}

/* Zeros in place of what is gone, up to the end: a file that was cut off has nothing behind the cut. */
static int fill(struct cnn_range *range, uintptr_t address) {
  const uintptr_t page = address & ~(page_size - 1);
  const uintptr_t end = atomic_load(&range->end);
  void *zeros = mmap((void *)page, end - page, PROT_READ, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (zeros == MAP_FAILED) return 0;
  lose(range);
  return 1;
}

static void on_bus_error(int number, siginfo_t *info, void *context) {
  const int error = errno;
  const uintptr_t address = (uintptr_t)info->si_addr;
  for (struct cnn_range *range = atomic_load(&ranges); range; range = range->next) {
    const uintptr_t start = atomic_load(&range->start);
    if (!start || address < start || address >= atomic_load(&range->end)) continue;
    if (!fill(range, address)) break;
    errno = error;
    return;
  }
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(number, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(number);
  } else {
    signal(number, SIG_DFL); /* the instruction runs again, and the process ends as it would have */
  }
}

static void start_guarding(void) {
  page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGBUS, &action, &previous) != 0) return;
  atomic_store(&is_guarding, 1);
  /* The system ends a process that gets the signal while it is blocked. */
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGBUS);
  pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

void cnn_guard_mapped_files(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start_guarding);
}

int cnn_guards_mapped_files(void) { return atomic_load(&is_guarding); }

cnn_range *cnn_range_add(const void *start, size_t count, const char *path, int file) {
  if (!atomic_load(&is_guarding)) return NULL;
  struct cnn_range *range = atomic_load(&ranges);
  for (; range; range = range->next) {
    int taken = 0;
    if (atomic_compare_exchange_strong(&range->taken, &taken, 1)) break;
  }
  if (!range) {
    range = calloc(1, sizeof *range);
    if (!range) return NULL;
    atomic_store(&range->taken, 1);
    range->next = atomic_load(&ranges);
    while (!atomic_compare_exchange_weak(&ranges, &range->next, range)) {}
  }
  range->path = strdup(path);
  range->file = file >= 0 && fstat(file, &range->status) == 0 ? file : -1;
  atomic_store(&range->end, ((uintptr_t)start + count + page_size - 1) & ~(page_size - 1));
  atomic_store(&range->start, (uintptr_t)start);
  return range;
}

/* Whether its bytes are no longer those that were mapped. */
static int has_changed(const struct cnn_range *range) {
  struct stat now;
  if (range->file < 0 || fstat(range->file, &now) != 0) return 0;
#ifdef __APPLE__
  const struct timespec then = range->status.st_mtimespec, changed = now.st_mtimespec;
#else
  const struct timespec then = range->status.st_mtim, changed = now.st_mtim;
#endif
  return now.st_size != range->status.st_size || changed.tv_sec != then.tv_sec || changed.tv_nsec != then.tv_nsec;
}

void cnn_range_remove(cnn_range *range) {
  if (!range) return;
  pthread_mutex_lock(&looking);
  if (has_changed(range)) lose(range);
  atomic_store(&range->start, 0);
  if (atomic_load(&first_lost) != range->path) free(range->path);
  range->path = NULL;
  atomic_store(&range->taken, 0);
  pthread_mutex_unlock(&looking);
}

void cnn_settle_lost_files(void) { atomic_store(&is_settled, 1); }

const char *cnn_lost_file(void) {
  if (atomic_load(&is_settled)) return NULL;
  if (atomic_load(&is_guarding) && !atomic_load(&first_lost)) {
    pthread_mutex_lock(&looking);
    for (struct cnn_range *range = atomic_load(&ranges); range; range = range->next)
      if (atomic_load(&range->start) && has_changed(range)) lose(range);
    pthread_mutex_unlock(&looking);
  }
  return atomic_load(&first_lost);
}
void cnn_forget_lost_file(void) { atomic_store(&first_lost, NULL); }

void cnn_touch(const void *start, size_t count) {
  const volatile char *bytes = start;
  for (size_t i = 0; i < count; i += 4096) (void)bytes[i];
  if (count) (void)bytes[count - 1];
}
