#pragma once

/* The threads that run kernels. */
#include "cnn_kernel.h"

/* A step of a program. `call`, if given, runs on the thread that called alone; other than 0 ends the program. */
typedef struct {
  cnn_task run;
  const void *context;
  int64_t tasks;
  int (*call)(void *);
  void *argument;
} cnn_step;

typedef struct cnn_pool cnn_pool;

/* A pool of `threads`, the caller's own among them; NULL if the system gives too little memory or too few threads. */
cnn_pool *cnn_pool_create(int threads);
void cnn_pool_destroy(cnn_pool *);

/* Asked by any thread before each task whether the program has to end; once it has, the answer stays the same. */
typedef struct {
  int (*is_over)(const void *);
  const void *argument;
} cnn_watch;

enum { CNN_POOL_STOPPED = -1 };

/* Runs steps in order, each one's tasks on the pool's threads. While another program holds the pool, and with
   `threads` 1, the caller's thread does it all. scratch[i] is for thread i.
   watch: NULL, or what may end the program between two tasks.
   times: NULL, or the nanoseconds that each step took.
   Returns 0, what a call returned, or CNN_POOL_STOPPED if the watch ended the program. */
int cnn_pool_run(cnn_pool *, int threads, const cnn_step *steps, int64_t count, float *const *scratch,
                 const cnn_watch *watch, int64_t *times);
