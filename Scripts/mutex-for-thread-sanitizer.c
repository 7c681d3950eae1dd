// Tells the thread sanitizer how a Swift `Mutex` is handed over.
//
// Threads that wait for one another do so in the Swift runtime, which is not built with the sanitizer, so whoever had to
// wait would seem to hold no lock. Taking a free one and giving it back unasked are compiled into the program, and seen.
// Preloaded by sanitize.sh.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

#define SELF __attribute__((swift_context)) void *mutex

// The sanitizer's runtime has them; other programs that the preload reaches do not.
extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

__attribute__((swiftcall)) void lock_slowly(uint32_t thread, SELF) __asm__(LOCK);
__attribute__((swiftcall)) void unlock_slowly(SELF) __asm__(UNLOCK);

__attribute__((swiftcall)) void lock_slowly(uint32_t thread, SELF) {
  typedef __attribute__((swiftcall)) void function(uint32_t, SELF);
  ((function *)dlsym(RTLD_NEXT, LOCK))(thread, mutex);
  if (__tsan_acquire) __tsan_acquire(mutex);
}

__attribute__((swiftcall)) void unlock_slowly(SELF) {
  typedef __attribute__((swiftcall)) void function(SELF);
  if (__tsan_release) __tsan_release(mutex);
  ((function *)dlsym(RTLD_NEXT, UNLOCK))(mutex);
}
