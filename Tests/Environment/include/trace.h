#ifndef CNN_TEST_TRACE_H
#define CNN_TEST_TRACE_H

/// What happens to a program in the middle of its work.
enum cnn_trace_event {
  CNN_TRACE_NOTHING,
  CNN_TRACE_KILL,    ///< it is killed before a call that changes files
  CNN_TRACE_CUT,     ///< a file is cut short, some calls after it was mapped
  CNN_TRACE_REWRITE, ///< a byte of a file is changed, some calls after it was mapped
};

typedef struct {
  const char *const *arguments; ///< the program first, NULL last
  const char *folder;           ///< where it runs
  const char *output;           ///< a file for stdout
  const char *errors;           ///< a file for stderr
  enum cnn_trace_event event;
  int step;         ///< the call before which it happens, from 0 on
  const char *file; ///< the file that is cut short or changed
  long size;        ///< the size to which it is cut
} cnn_trace;

typedef struct {
  int status; ///< the exit status, or the number of the signal less 256; -1000 if the system lets nobody trace
  int steps;  ///< how many calls there were
  int happened;
} cnn_traced;

/// Runs a program under the eyes of a process that interferes with its calls.
cnn_traced cnn_run_traced(const cnn_trace *trace);

#endif
