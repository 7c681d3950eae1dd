#!/usr/bin/env bash
# Runs the module tests under a sanitizer, in a build of its own that takes as long as a first build does.
#
# usage: sanitize.sh thread [FILTER]      data races: what sessions, plans, caches and the pool of threads share
#        sanitize.sh address [FILTER]     accesses outside of memory, and undefined behaviour of the C code
#
# FILTER is a regular expression over the names of the tests. The default is what the sanitizer is for: the tests that
# run several threads, or everything but the command line's. Ends with 1 if anything is found.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

threads='ThreadPoolTests|AsyncSessionTests|SessionTests|EngineSessionTests|PlanFileTests|PlanCache'
threads+='|MemoryBudgetTests|WorkBudgetTests|Cancellation'
options=(-c debug)
case ${1:-} in
  thread)
    filter=${2:-$threads}
    export TSAN_OPTIONS="halt_on_error=0 exitcode=66"
    ;;
  address)
    filter=${2:-FormatsTests|TensorsTests|GraphsTests|PassesTests|ExecutionTests|CNNConvTests|ConversionTests}
    # A test's build in release: the engine's tests are long.
    options=(-c release -Xswiftc -enable-testing)
    export CNNCONV_UNDEFINED=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=0
    ;;
  *)
    sed -n '4,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac

build=.build/sanitizing-$1
mkdir -p "$build"
if [ ! -e "$build/checkouts" ] && [ -e .build/checkouts ]; then
  cp -r .build/checkouts .build/repositories .build/workspace-state.json "$build/"
fi
swift build --build-tests --scratch-path "$build" --sanitize "$1" "${options[@]}" 2>&1 \
  | { grep -v 'Cannot export local symbol' || true; }
preload=
if [ "$1" = thread ] && [ "$(uname)" = Linux ]; then
  preload=$PWD/$build/mutex.so
  clang -O1 -shared -fPIC Scripts/mutex-for-thread-sanitizer.c -o "$preload" -ldl
fi
LD_PRELOAD=$preload swift test --skip-build --scratch-path "$build" --sanitize "$1" "${options[@]}" --filter "$filter"
echo "sanitize.sh: nothing found ($1)"
