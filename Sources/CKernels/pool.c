#define _GNU_SOURCE
#include "cnn_pool.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Threads walk through a program's steps on their own. Each step's tasks are dealt out in equal ranges, one a thread;
   who is done takes from the others. A step is over when its tasks are done, not when all threads have come by, so a
   thread that the system has taken off its core holds nobody up unless it is in the middle of a task.

   Such a late thread may still look at counters when the next program runs. Therefore each counter carries the number
   of its program, claims are made by comparison, and counters' memory is kept until the pool goes. */

enum { CACHE_LINE = 64, SPIN_NANOSECONDS = 300000, PAUSES_BEFORE_YIELD = 4000 };

/* The upper half is the program's number, the lower half the next task. */
typedef struct {
  _Alignas(CACHE_LINE) _Atomic uint64_t next;
} claim;

typedef struct {
  _Alignas(CACHE_LINE) _Atomic uint64_t done;
  _Atomic int64_t time; /* when the last of the tasks so far was done, if the program is timed */
} finish;

typedef struct counters {
  struct counters *older;
  int64_t capacity; /* steps */
  finish *finished;
  claim *claims;   /* [step][thread] */
  cnn_step *steps; /* a copy: a late thread may read it at any time */
} counters;

typedef struct {
  counters *counters;
  float *const *scratch;
  const cnn_watch *watch;
  int64_t count;
  int threads, is_timed;
} program;

struct cnn_pool {
  int threads;
  pthread_mutex_t busy;
  pthread_t *workers;
  program program;
  counters *counters;
  _Alignas(CACHE_LINE) _Atomic uint32_t number; /* of the program that runs or ran last; what sleepers wait for */
  _Atomic uint32_t finished_number;             /* of the last program that is over */
  _Atomic int stops;
  _Atomic int sleepers;
};

typedef struct {
  cnn_pool *pool;
  int index;
} worker_argument;

static void pause_thread(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static int64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

enum { NONE_LEFT = -1, OVER = -2 };

/* A task of a step, of the thread's own range or of another's. */
static int64_t claim_task(const program *p, uint32_t number, int64_t step, int64_t tasks, int own) {
  for (int i = 0; i < p->threads; i++) {
    const int from = (own + i) % p->threads;
    const int64_t end = tasks * (from + 1) / p->threads;
    _Atomic uint64_t *next = &p->counters->claims[step * p->threads + from].next;
    uint64_t seen = atomic_load_explicit(next, memory_order_acquire);
    for (;;) {
      if (seen >> 32 != number) return OVER;
      if ((int64_t)(uint32_t)seen >= end) break;
      if (atomic_compare_exchange_weak_explicit(next, &seen, seen + 1, memory_order_acq_rel, memory_order_acquire))
        return (int64_t)(uint32_t)seen;
    }
  }
  return NONE_LEFT;
}

/* False if the program is over. */
static int wait_for_step(const program *p, uint32_t number, int64_t step, int64_t tasks) {
  _Atomic uint64_t *done = &p->counters->finished[step].done;
  for (int64_t spins = 1;; spins++) {
    const uint64_t seen = atomic_load_explicit(done, memory_order_acquire);
    if (seen >> 32 != number) return 0;
    if ((int64_t)(uint32_t)seen >= tasks) return 1;
    pause_thread();
    if (spins % PAUSES_BEFORE_YIELD == 0) sched_yield();
  }
}

/* Counts a task as done. The time is there before the count says so. */
static void finish_task(const program *p, int64_t step) {
  finish *f = &p->counters->finished[step];
  if (p->is_timed) {
    const int64_t now = nanoseconds();
    int64_t seen = atomic_load(&f->time);
    while (seen < now && !atomic_compare_exchange_weak(&f->time, &seen, now)) {}
  }
  atomic_fetch_add_explicit(&f->done, 1, memory_order_acq_rel);
}

static int is_over(const cnn_watch *watch) { return watch && watch->is_over(watch->argument); }

/* The caller's thread is 0 and alone makes calls. Returns what a call returned that ends the program.
   A program that the watch ends goes on to its last step, so that no thread is still in a task when it returns: its
   tasks are claimed and counted, but not run. The watch is looked at between claim and count alone, while the program
   cannot be over. */
static int work(const program *p, uint32_t number, int own) {
  /* A late thread may hold another program's count. */
  const int64_t count = p->count < p->counters->capacity ? p->count : p->counters->capacity;
  for (int64_t i = 0; i < count; i++) {
    const cnn_step step = p->counters->steps[i];
    if (step.call) {
      if (own == 0) {
        const int code = is_over(p->watch) ? 0 : step.call(step.argument);
        if (code) return code;
        finish_task(p, i);
      } else if (!wait_for_step(p, number, i, 1)) {
        return 0;
      }
    } else {
      for (;;) {
        const int64_t task = claim_task(p, number, i, step.tasks, own);
        if (task == OVER) return 0;
        if (task == NONE_LEFT) break;
        if (!is_over(p->watch)) step.run(step.context, task, p->scratch[own]);
        finish_task(p, i);
      }
      if (!wait_for_step(p, number, i, step.tasks)) return 0;
    }
  }
  return own == 0 && is_over(p->watch) ? CNN_POOL_STOPPED : 0;
}

static int run_alone(const cnn_step *steps, int64_t count, float *scratch, const cnn_watch *watch, int64_t *times) {
  for (int64_t i = 0; i < count; i++) {
    const int64_t begin = times ? nanoseconds() : 0;
    if (steps[i].call) {
      if (is_over(watch)) return CNN_POOL_STOPPED;
      const int code = steps[i].call(steps[i].argument);
      if (code) return code;
    } else {
      for (int64_t task = 0; task < steps[i].tasks; task++) {
        if (is_over(watch)) return CNN_POOL_STOPPED;
        steps[i].run(steps[i].context, task, scratch);
      }
    }
    if (times) times[i] = nanoseconds() - begin;
  }
  return is_over(watch) ? CNN_POOL_STOPPED : 0;
}

static void sleep_until_change(cnn_pool *pool, uint32_t number) {
  atomic_fetch_add(&pool->sleepers, 1);
  syscall(SYS_futex, &pool->number, FUTEX_WAIT_PRIVATE, number, NULL, NULL, 0);
  atomic_fetch_sub(&pool->sleepers, 1);
}

static void *worker(void *argument) {
  const worker_argument own = *(worker_argument *)argument;
  free(argument);
  cnn_pool *pool = own.pool;
  uint32_t last = 0;
  for (;;) {
    const int64_t begin = nanoseconds();
    int64_t spins = 0;
    uint32_t number;
    while ((number = atomic_load_explicit(&pool->number, memory_order_acquire)) == last) {
      pause_thread();
      if (++spins % 256 == 0 && nanoseconds() - begin > SPIN_NANOSECONDS) sleep_until_change(pool, last);
    }
    if (atomic_load(&pool->stops)) return NULL;
    last = number;
    if (atomic_load_explicit(&pool->finished_number, memory_order_acquire) == number) continue;
    /* Read before the first claim, which fails if another program has taken this one's place meanwhile. */
    const program p = pool->program;
    if (atomic_load_explicit(&pool->number, memory_order_acquire) != number) continue;
    if (own.index < p.threads) work(&p, number, own.index);
  }
}

static void free_counters(counters *c) {
  while (c) {
    counters *older = c->older;
    free(c->finished);
    free(c->claims);
    free(c->steps);
    free(c);
    c = older;
  }
}

static counters *make_counters(int64_t steps, int threads, counters *older) {
  counters *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  c->capacity = steps;
  c->finished = aligned_alloc(CACHE_LINE, sizeof(finish) * steps);
  c->claims = aligned_alloc(CACHE_LINE, sizeof(claim) * steps * threads);
  c->steps = calloc(steps, sizeof(cnn_step));
  if (!c->finished || !c->claims || !c->steps) {
    free_counters(c);
    return NULL;
  }
  memset(c->finished, 0, sizeof(finish) * steps);
  memset(c->claims, 0, sizeof(claim) * steps * threads);
  c->older = older;
  return c;
}

cnn_pool *cnn_pool_create(int threads) {
  if (threads < 1 || threads > 1024) return NULL;
  cnn_pool *pool = aligned_alloc(CACHE_LINE, (sizeof *pool + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
  if (!pool) return NULL;
  memset(pool, 0, sizeof *pool);
  pthread_mutex_init(&pool->busy, NULL);
  pool->threads = 1;
  pool->counters = make_counters(256, threads, NULL);
  pool->workers = calloc(threads, sizeof(pthread_t));
  if (!pool->counters || !pool->workers) {
    cnn_pool_destroy(pool);
    return NULL;
  }
  for (int i = 1; i < threads; i++) {
    worker_argument *argument = malloc(sizeof *argument);
    if (!argument) break;
    *argument = (worker_argument){pool, i};
    if (pthread_create(&pool->workers[i], NULL, worker, argument)) {
      free(argument);
      break;
    }
    pool->threads = i + 1;
  }
  return pool;
}

static void publish(cnn_pool *pool) {
  atomic_fetch_add_explicit(&pool->number, 1, memory_order_seq_cst);
  if (atomic_load_explicit(&pool->sleepers, memory_order_seq_cst))
    syscall(SYS_futex, &pool->number, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

void cnn_pool_destroy(cnn_pool *pool) {
  if (!pool) return;
  atomic_store(&pool->stops, 1);
  publish(pool);
  for (int i = 1; i < pool->threads; i++) pthread_join(pool->workers[i], NULL);
  free_counters(pool->counters);
  free(pool->workers);
  pthread_mutex_destroy(&pool->busy);
  free(pool);
}

int cnn_pool_run(cnn_pool *pool, int threads, const cnn_step *steps, int64_t count, float *const *scratch,
                 const cnn_watch *watch, int64_t *times) {
  if (threads > pool->threads) threads = pool->threads;
  if (threads <= 1 || pthread_mutex_trylock(&pool->busy)) return run_alone(steps, count, scratch[0], watch, times);
  if (count > pool->counters->capacity) {
    counters *larger = make_counters(2 * count, pool->threads, pool->counters);
    if (!larger) {
      pthread_mutex_unlock(&pool->busy);
      return run_alone(steps, count, scratch[0], watch, times);
    }
    pool->counters = larger;
  }
  counters *c = pool->counters;
  const uint32_t number = atomic_load(&pool->number) + 1;
  const uint64_t tag = (uint64_t)number << 32;
  for (int64_t i = 0; i < count; i++) {
    /* The number first: from here on a late thread's claims fail. */
    for (int t = 0; t < threads; t++)
      atomic_store_explicit(&c->claims[i * threads + t].next, tag | UINT32_MAX, memory_order_release);
    atomic_store_explicit(&c->finished[i].done, tag, memory_order_release);
    atomic_store_explicit(&c->finished[i].time, 0, memory_order_relaxed);
  }
  memcpy(c->steps, steps, sizeof *steps * count);
  for (int64_t i = 0; i < count; i++)
    for (int t = 0; t < threads; t++)
      atomic_store_explicit(&c->claims[i * threads + t].next, tag | (uint64_t)(steps[i].tasks * t / threads),
                            memory_order_release);
  pool->program = (program){c, scratch, watch, count, threads, times != NULL};
  int64_t begin = times ? nanoseconds() : 0;
  publish(pool);
  const int code = work(&pool->program, number, 0);
  if (code) { /* what the others still wait for never comes: the number tells them */
    for (int64_t i = 0; i < count; i++) atomic_store_explicit(&c->finished[i].done, 0, memory_order_release);
  }
  /* A step's time ends with its last task, whichever thread did it, and the next one's begins there. */
  for (int64_t i = 0; times && !code && i < count; i++) {
    const int64_t end = atomic_load(&c->finished[i].time);
    times[i] = end > begin ? end - begin : 0;
    begin = end > begin ? end : begin;
  }
  atomic_store_explicit(&pool->finished_number, number, memory_order_release);
  pthread_mutex_unlock(&pool->busy);
  return code;
}
