// Calls of the system that Swift cannot make: those that glibc hides behind _GNU_SOURCE, and those that run in a signal's
// handler, where Swift may not.

#ifndef CSystemCalls_h
#define CSystemCalls_h

#include <stddef.h>
#include <stdint.h>

// MARK: Files. All return -1 with `errno` set if they fail, as on systems without the call.

/// copy_file_range(2): copies up to `count` bytes from `*offset` of one open file to the current position of another,
/// inside the kernel, and moves `*offset` on. Returns the number of bytes copied.
int64_t cnn_copy_range(int source, int64_t *offset, int target, int64_t count);

/// Opens a new file for writing that lies in `folder` but has no name there, and goes away if it never gets one.
int cnn_create_unnamed(const char *folder, unsigned permissions);

/// Gives an open file a name that is not taken.
int cnn_name_file(int file, const char *path);

/// Lets two paths change places.
int cnn_exchange(const char *path, const char *other);

/// Whether a text stands among bytes: memmem(3).
int cnn_contains(const void *bytes, size_t count, const char *text);

// MARK: Mapped files

/// A range of memory in which a file is mapped.
typedef struct cnn_range cnn_range;

/// From here on a page of a mapped file that cannot be had any more, because the file was cut off or its disk fails, reads
/// as zeros, and the file counts as lost. Without this the system ends the process by SIGBUS.
void cnn_guard_mapped_files(void);

/// Whether they are guarded.
int cnn_guards_mapped_files(void);

/// Notes a range, if mapped files are guarded; NULL otherwise.
cnn_range *cnn_range_add(const void *start, size_t count, const char *path, int file);

/// Forgets a range, before it is unmapped.
void cnn_range_remove(cnn_range *range);

/// The path of the first file that was lost, or that has been written to since it was mapped; NULL if there is none.
const char *cnn_lost_file(void);

/// From here on no file counts as lost, though lost pages still read as zeros.
void cnn_settle_lost_files(void);

/// Starts anew.
void cnn_forget_lost_file(void);

/// Reads a byte of each page.
void cnn_touch(const void *start, size_t count);

// MARK: The process

/// The arguments of `main` if the C library tells them; 0 otherwise.
int cnn_argument_count(void);
const char *cnn_argument(int index);

/// Notes the name of a file or folder that goes if the process ends early. Returns NULL if there is no room.
void *cnn_passing_add(const char *path);

/// Forgets a name.
void cnn_passing_remove(void *passing);

/// Removes all noted files. Threads that are about to make another one wait for the end of the process.
void cnn_remove_passing_files(void);

/// Between these two, signals that end the process wait: files that belong together are put into their places.
void cnn_commit_begin(void);
void cnn_commit_end(void);

/// From here on writing to a closed pipe or beyond a size limit fails; SIGINT, SIGTERM and SIGHUP remove noted files and end
/// the process with 128 and the signal's number; and if the system gives no memory or no thread, the process prints
/// `message` and ends with `status`.
void cnn_handle_signals(const char *message, int status);

/// Gives the streams 0 to 2 that are closed something that can be neither read nor written, so that no file takes their
/// numbers.
void cnn_occupy_standard_streams(void);

/// The most bytes of address space or of data that the process may have; -1 if there is no limit.
int64_t cnn_address_space_limit(void);
int64_t cnn_data_limit(void);

/// Takes less address space: one arena, small stacks, one thread of OpenBLAS.
void cnn_economize(void);

#endif
