#ifndef COPENBLAS_H
#define COPENBLAS_H

/* OpenBLAS, loaded on first use. Two reasons not to link it: programs that only convert never pay for its start, and
   0.3.21 (Debian 12) takes newer AMD cores for a Haswell unless OPENBLAS_CORETYPE stands in the environment before its
   constructor runs, which halves sgemm. */

/* Loads the library once; NULL on success, otherwise why it could not be loaded. Safe from any thread. */
const char *cnn_blas_load(void);

/* Whether a load failed because the system allows too little memory. */
int cnn_blas_lacks_room(void);

/* The core type OpenBLAS chose, and its number of threads; only after a successful load. */
const char *cnn_blas_core(void);
int cnn_blas_threads(void);
void cnn_blas_set_threads(int count);

/* Row-major C = alpha * op(A) * op(B) + beta * C, op being the transpose where asked for. */
void cnn_sgemm(int transpose_a, int transpose_b, int m, int n, int k, float alpha, const void *a, int lda,
               const void *b, int ldb, float beta, float *c, int ldc);
void cnn_dgemm(int transpose_a, int transpose_b, int m, int n, int k, double alpha, const void *a, int lda,
               const void *b, int ldb, double beta, double *c, int ldc);

/* Row-major y = alpha * op(A) * x + beta * y for an m by n matrix A, unit strides. */
void cnn_sgemv(int transpose, int m, int n, float alpha, const void *a, int lda, const void *x, float beta, float *y);
void cnn_dgemv(int transpose, int m, int n, double alpha, const void *a, int lda, const void *x, double beta,
               double *y);

#endif
