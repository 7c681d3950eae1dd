#include "COpenBLAS.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112 };

typedef void (*sgemm_function)(int, int, int, int, int, int, float, const float *, int, const float *, int, float,
                               float *, int);
typedef void (*dgemm_function)(int, int, int, int, int, int, double, const double *, int, const double *, int, double,
                               double *, int);
typedef void (*sgemv_function)(int, int, int, int, float, const float *, int, const float *, int, float, float *, int);
typedef void (*dgemv_function)(int, int, int, int, double, const double *, int, const double *, int, double, double *,
                               int);

static struct {
  const char *failure;
  int lacks_room;
  sgemm_function sgemm;
  dgemm_function dgemm;
  sgemv_function sgemv;
  dgemv_function dgemv;
  char *(*corename)(void);
  int (*threads)(void);
  void (*set_threads)(int);
} blas;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void name_core(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_is("amd") && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    setenv("OPENBLAS_CORETYPE", "SkylakeX", 0);
#endif
}

/* The library and the buffer that it takes at its first product. Without room for the buffer it tries for ever. */
enum { ROOM = 256 << 20 };

static int is_limited(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

static int has_room(void) {
  void *room = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return room != MAP_FAILED && munmap(room, ROOM) == 0;
}

/* Takes the buffer now, while there is room. */
static void take_buffer(void) {
  enum { SIDE = 64 };
  static float a[SIDE * SIDE], c[SIDE * SIDE];
  blas.sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, SIDE, SIDE, SIDE, 1, a, SIDE, a, SIDE, 0, c, SIDE);
}

static void load(void) {
  name_core();
  const int limited = is_limited();
  if (limited && !has_room()) {
    blas.lacks_room = 1;
    blas.failure = "the system allows too little memory for libopenblas, which takes 256 MiB";
    return;
  }
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!library) library = dlopen("libopenblas.so", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    blas.failure = "libopenblas.so.0 cannot be loaded; install the package libopenblas0";
    return;
  }
  *(void **)&blas.sgemm = dlsym(library, "cblas_sgemm");
  *(void **)&blas.dgemm = dlsym(library, "cblas_dgemm");
  *(void **)&blas.sgemv = dlsym(library, "cblas_sgemv");
  *(void **)&blas.dgemv = dlsym(library, "cblas_dgemv");
  *(void **)&blas.corename = dlsym(library, "openblas_get_corename");
  *(void **)&blas.threads = dlsym(library, "openblas_get_num_threads");
  *(void **)&blas.set_threads = dlsym(library, "openblas_set_num_threads");
  if (!blas.sgemm || !blas.dgemm || !blas.sgemv || !blas.dgemv || !blas.corename || !blas.threads || !blas.set_threads)
    blas.failure = "libopenblas.so.0 lacks the CBLAS interface";
  else if (limited)
    take_buffer();
}

const char *cnn_blas_load(void) {
  pthread_once(&once, load);
  return blas.failure;
}

int cnn_blas_lacks_room(void) { return blas.lacks_room; }

const char *cnn_blas_core(void) { return blas.corename(); }
int cnn_blas_threads(void) { return blas.threads(); }
void cnn_blas_set_threads(int count) { blas.set_threads(count); }

void cnn_sgemm(int transpose_a, int transpose_b, int m, int n, int k, float alpha, const void *a, int lda,
               const void *b, int ldb, float beta, float *c, int ldc) {
  blas.sgemm(ROW_MAJOR, transpose_a ? TRANSPOSE : NO_TRANSPOSE, transpose_b ? TRANSPOSE : NO_TRANSPOSE, m, n, k, alpha,
             a, lda, b, ldb, beta, c, ldc);
}

void cnn_dgemm(int transpose_a, int transpose_b, int m, int n, int k, double alpha, const void *a, int lda,
               const void *b, int ldb, double beta, double *c, int ldc) {
  blas.dgemm(ROW_MAJOR, transpose_a ? TRANSPOSE : NO_TRANSPOSE, transpose_b ? TRANSPOSE : NO_TRANSPOSE, m, n, k, alpha,
             a, lda, b, ldb, beta, c, ldc);
}

void cnn_sgemv(int transpose, int m, int n, float alpha, const void *a, int lda, const void *x, float beta, float *y) {
  blas.sgemv(ROW_MAJOR, transpose ? TRANSPOSE : NO_TRANSPOSE, m, n, alpha, a, lda, x, 1, beta, y, 1);
}

void cnn_dgemv(int transpose, int m, int n, double alpha, const void *a, int lda, const void *x, double beta,
               double *y) {
  blas.dgemv(ROW_MAJOR, transpose ? TRANSPOSE : NO_TRANSPOSE, m, n, alpha, a, lda, x, 1, beta, y, 1);
}
