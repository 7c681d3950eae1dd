#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// MARK: Arguments

static int argument_count;
static char **arguments;

#ifdef __GLIBC__
/* glibc hands the arguments of `main` to constructors, too. Swift reads them from /proc, which may not be there. */
__attribute__((constructor)) static void keep_arguments(int count, char **values, char **environment) {
  (void)environment;
  argument_count = count;
  arguments = values;
}
#endif

int cnn_argument_count(void) { return argument_count; }
const char *cnn_argument(int index) { return arguments[index]; }

// MARK: Passing names

/* Names of files that go if the process ends before they have become something. A signal's handler reads them while
   others change them, so places are used again but never freed. */
typedef struct passing {
  struct passing *next;
  _Atomic int state; /* FREE, TAKEN by who writes the path, or SET */
  char path[PATH_MAX];
} passing;

enum { FREE, TAKEN, SET };

static _Atomic(passing *) passings;
static _Atomic int is_ending;
static _Atomic int commits;
static _Atomic int pending_signal;

static _Noreturn void wait_for_the_end(void) {
  for (;;) pause();
}

void *cnn_passing_add(const char *path) {
  if (strlen(path) >= PATH_MAX) return NULL;
  passing *p = atomic_load(&passings);
  for (; p; p = p->next) {
    int state = FREE;
    if (atomic_compare_exchange_strong(&p->state, &state, TAKEN)) break;
  }
  if (!p) {
    p = calloc(1, sizeof *p);
    if (!p) return NULL;
    atomic_store(&p->state, TAKEN);
    p->next = atomic_load(&passings);
    while (!atomic_compare_exchange_weak(&passings, &p->next, p)) {}
  }
  strcpy(p->path, path);
  atomic_store(&p->state, SET);
  /* Either who ends the process has seen the name, or the file is not made. */
  if (atomic_load(&is_ending)) wait_for_the_end();
  return p;
}

void cnn_passing_remove(void *passing_name) {
  if (passing_name) atomic_store(&((passing *)passing_name)->state, FREE);
}

/* Files first: folders are empty then. */
void cnn_remove_passing_files(void) {
  atomic_store(&is_ending, 1);
  for (int pass = 0; pass < 2; pass++)
    for (passing *p = atomic_load(&passings); p; p = p->next) {
      if (atomic_load(&p->state) != SET) continue;
      if (pass == 0)
        unlink(p->path);
      else
        rmdir(p->path);
    }
}

static _Noreturn void end_by(int number) {
  cnn_remove_passing_files();
  _exit(128 + number);
}

void cnn_commit_begin(void) { atomic_fetch_add(&commits, 1); }

void cnn_commit_end(void) {
  if (atomic_fetch_sub(&commits, 1) != 1) return;
  const int number = atomic_load(&pending_signal);
  if (number) end_by(number);
}

// MARK: Signals

static const char *exhaustion_message = "";
static int exhaustion_status = 1;

static _Noreturn void end_exhausted(void) {
  const ssize_t written = write(2, exhaustion_message, strlen(exhaustion_message));
  (void)written;
  cnn_remove_passing_files();
  _exit(exhaustion_status);
}

static void on_interrupt(int number, siginfo_t *info, void *context) {
  (void)context;
#ifdef SI_TKILL
  /* OpenBLAS raises SIGINT if it gets no thread. */
  if (number == SIGINT && info->si_code == SI_TKILL && info->si_pid == getpid()) end_exhausted();
#else
  (void)info;
#endif
  atomic_store(&pending_signal, number);
  /* Files that belong together are about to be in their places. */
  if (atomic_load(&commits) > 0) return;
  end_by(number);
}

/* The language ends a process that gets no memory by a signal. */
static void on_trap(int number, siginfo_t *info, void *context) {
  (void)info, (void)context;
  if (errno == ENOMEM) end_exhausted();
  signal(number, SIG_DFL);
  raise(number);
}

static void handle(int number, void (*handler)(int, siginfo_t *, void *)) {
  struct sigaction action, old;
  /* What is ignored stays so: nohup. */
  if (sigaction(number, NULL, &old) != 0 || (!(old.sa_flags & SA_SIGINFO) && old.sa_handler == SIG_IGN)) return;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  if (sigaction(number, &action, NULL) != 0) return;
  /* A process that a thread of Dispatch starts begins with all signals blocked. */
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, number);
  pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}

void cnn_handle_signals(const char *message, int status) {
  exhaustion_message = message;
  exhaustion_status = status;
  signal(SIGPIPE, SIG_IGN);
#ifdef SIGXFSZ
  signal(SIGXFSZ, SIG_IGN);
#endif
  handle(SIGINT, on_interrupt);
  handle(SIGTERM, on_interrupt);
  handle(SIGHUP, on_interrupt);
  handle(SIGABRT, on_trap);
  handle(SIGILL, on_trap);
  handle(SIGTRAP, on_trap);
}

// MARK: The streams that a process begins with

void cnn_occupy_standard_streams(void) {
#ifdef O_PATH
  const int flags = O_PATH;
#else
  const int flags = O_RDONLY;
#endif
  /* The lowest number is taken first. A folder can be neither read nor written, so each use of the stream fails. */
  for (int stream = 0; stream <= 2; stream++)
    if (fcntl(stream, F_GETFD) == -1 && errno == EBADF && open("/", flags) != stream) return;
}

// MARK: What the system allows

static int64_t limit_of(int resource) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return -1;
  return limit.rlim_cur > INT64_MAX ? -1 : (int64_t)limit.rlim_cur;
}

int64_t cnn_address_space_limit(void) { return limit_of(RLIMIT_AS); }
int64_t cnn_data_limit(void) { return limit_of(RLIMIT_DATA); }

void cnn_economize(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1); /* each further one reserves 64 MiB */
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return;
  if (pthread_attr_setstacksize(&attributes, 1 << 20) == 0) pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
  setenv("OPENBLAS_NUM_THREADS", "1", 0); /* each further one takes a buffer of its own, and a stack */
#endif
}
