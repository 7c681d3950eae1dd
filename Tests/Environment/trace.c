#define _GNU_SOURCE
#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Who traces waits for all of its children, so it is a process of its own. Between fork and exec or exit nothing is called
   that needs a lock. */

static int changes_files(uint64_t number, const uint64_t arguments[6]) {
  switch (number) {
#ifdef SYS_open
    case SYS_open: return (arguments[1] & (O_CREAT | O_TRUNC)) != 0;
    case SYS_link:
    case SYS_rename:
    case SYS_unlink:
    case SYS_mkdir:
    case SYS_rmdir:
    case SYS_chmod:
#endif
#ifdef SYS_renameat
    case SYS_renameat:
#endif
    case SYS_linkat:
    case SYS_renameat2:
    case SYS_unlinkat:
    case SYS_mkdirat:
    case SYS_fchmod:
    case SYS_ftruncate:
    case SYS_fsync:
    case SYS_copy_file_range: return 1;
    case SYS_openat: return (arguments[2] & (O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))) != 0;
    case SYS_write: return arguments[0] > 2;
    default: return 0;
  }
}

static int maps(pid_t process, uint64_t number, const uint64_t arguments[6], const char *file) {
  if (number != SYS_mmap || (int)arguments[4] < 0) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)process, (int)arguments[4]);
  const ssize_t count = readlink(link, path, sizeof path - 1);
  if (count < 0) return 0;
  path[count] = 0;
  return strcmp(path, file) == 0;
}

static void change(const cnn_trace *trace) {
  if (trace->event == CNN_TRACE_CUT) {
    if (truncate(trace->file, trace->size) != 0) _exit(1);
    return;
  }
  const int file = open(trace->file, O_RDWR);
  char byte = 0;
  if (file < 0 || pread(file, &byte, 1, trace->size) != 1) _exit(1);
  byte ^= 0x55;
  if (pwrite(file, &byte, 1, trace->size) != 1) _exit(1);
  close(file);
}

static void begin(const cnn_trace *trace) {
  const int nothing = open("/dev/null", O_RDONLY);
  const int output = open(trace->output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int errors = open(trace->errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (nothing < 0 || output < 0 || errors < 0 || chdir(trace->folder) != 0) _exit(127);
  dup2(nothing, 0), dup2(output, 1), dup2(errors, 2);
  for (int file = 3; file < 256; file++) close(file);
  if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(126);
  raise(SIGSTOP);
  execv(trace->arguments[0], (char *const *)trace->arguments);
  _exit(127);
}

static cnn_traced watch(const cnn_trace *trace) {
  cnn_traced result = {-1000, 0, 0};
  const pid_t first = fork();
  if (first == 0) begin(trace);
  int status;
  if (first < 0 || waitpid(first, &status, 0) != first || !WIFSTOPPED(status)) return result;
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, first, NULL, options) != 0) return kill(first, SIGKILL), result;
  ptrace(PTRACE_SYSCALL, first, NULL, NULL);
  int is_mapped = 0, is_mapping = 0;
  for (;;) {
    const pid_t process = waitpid(-1, &status, __WALL);
    if (process < 0) return result;
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (process != first) continue;
      result.status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status) - 256;
      return result;
    }
    long signal = 0;
    if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
      struct __ptrace_syscall_info info;
      if (ptrace(PTRACE_GET_SYSCALL_INFO, process, sizeof info, &info) <= 0) return kill(first, SIGKILL), result;
      if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        const uint64_t number = info.entry.nr;
        if (trace->file && trace->event != CNN_TRACE_KILL) {
          if (is_mapped && !result.happened) {
            if (result.steps++ == trace->step) change(trace), result.happened = 1;
          }
          if (!is_mapped && !is_mapping) is_mapping = maps(process, number, info.entry.args, trace->file);
        } else if (changes_files(number, info.entry.args)) {
          if (result.steps++ == trace->step && trace->event == CNN_TRACE_KILL) {
            result.happened = 1;
            kill(first, SIGKILL);
          }
        }
      } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && is_mapping) {
        is_mapped = 1, is_mapping = 0;
      }
    } else if (status >> 16 == 0 && WSTOPSIG(status) != SIGSTOP && WSTOPSIG(status) != SIGTRAP) {
      signal = WSTOPSIG(status);
    } else if (status >> 16 == 0 && WSTOPSIG(status) == SIGTRAP && process != first) {
      signal = 0;
    }
    ptrace(PTRACE_SYSCALL, process, NULL, signal);
  }
}

cnn_traced cnn_run_traced(const cnn_trace *trace) {
  cnn_traced result = {-1000, 0, 0};
  int ends[2];
  if (pipe(ends) != 0) return result;
  const pid_t tracer = fork();
  if (tracer == 0) {
    const cnn_traced found = watch(trace);
    _exit(write(ends[1], &found, sizeof found) == sizeof found ? 0 : 1);
  }
  close(ends[1]);
  if (read(ends[0], &result, sizeof result) != sizeof result) result.status = -1000;
  close(ends[0]);
  int status;
  if (tracer > 0) waitpid(tracer, &status, 0);
  return result;
}
