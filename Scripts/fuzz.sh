#!/usr/bin/env bash
# Feeds the readers, and the whole way through the program, with hostile bytes under sanitizers (libFuzzer).
#
# usage: fuzz.sh TARGET SECONDS        runs a target for so long; `all` shares the time among all targets
#        fuzz.sh TARGET --runs N       runs a target until it has been executed so often in all, over all calls
#        fuzz.sh all --goals           runs each target until it has been executed 10⁷ times, ways through all 10⁶ times
#        fuzz.sh TARGET FILE           runs a target once, on a file: to look at a finding
#        fuzz.sh minimize TARGET       makes a corpus as small as it can be without reaching less
#        fuzz.sh list                  names the targets
#        fuzz.sh build                 builds only
#
# FUZZ_LEAKS=0 leaves out the search for leaks, which not every container allows.
# Options before these: --fresh starts from the seeds alone and leaves nothing behind but findings, so that a run is the
# same each time; --no-build takes the program as it is.
# Ends with 1 and the path of the file that does it if anything is found, with 3 if libFuzzer is not there.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=.build/fuzzing
program=${FUZZ_PROGRAM:-$build/release/fuzz}
findings=$build/findings
sanitizer=$(dirname "$(readlink -f "$(command -v swiftc)")")/../lib/clang
most_bytes=4096
fresh=
builds=1

while [[ ${1:-} == --* ]]; do
  case $1 in
    --fresh) fresh=1 ;;
    --no-build) builds= ;;
    *) break ;;
  esac
  shift
done
usage() {
  sed -n '4,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
[ $# -ge 1 ] || usage

if ! compgen -G "$sanitizer/*/lib/linux/libclang_rt.fuzzer-$(uname -m).a" >/dev/null; then
  echo "fuzz.sh: this toolchain has no libFuzzer for $(uname -m): $sanitizer" >&2
  exit 3
fi

# The packages that an ordinary build has fetched serve this one, too.
make_program() {
  [ -n "$builds" ] || return 0
  mkdir -p "$build"
  if [ ! -e "$build/checkouts" ] && [ -e .build/checkouts ]; then
    cp -r .build/checkouts .build/repositories .build/workspace-state.json "$build/"
  fi
  # Of several -sanitize options the compiler heeds the last one: it names both.
  # The linker's warnings concern the sanitizer's own symbols.
  CNNCONV_FUZZING=1 swift build -c release --product fuzz --scratch-path "$build" --sanitize address \
    -Xswiftc -sanitize=address,fuzzer -Xswiftc -enable-testing 2>&1 | { grep -v 'Cannot export local symbol' || true; }
}

# What the runtime needs to know: failures end the program, and memory that is asked for without end is refused.
export ASAN_OPTIONS=allocator_may_return_null=1:detect_stack_use_after_return=0:quarantine_size_mb=16:handle_segv=1:detect_leaks=${FUZZ_LEAKS:-1}
export SWIFT_BACKTRACE=enable=no
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export FUZZ_FOLDER
FUZZ_FOLDER=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
trap 'rm -rf "$FUZZ_FOLDER"' EXIT
export TMPDIR=$FUZZ_FOLDER

# run_target TARGET WORK ARGUMENT...: runs it from its seeds and what was found before, and prints one line of figures.
run_target() {
  local name=$1 work=$2 log start state=0
  shift 2
  mkdir -p "$findings" "$work/grown/$name"
  [ -d "$work/seeds/$name" ] || Fuzzing/make-seeds.sh "$name" "$work/seeds/$name"
  local words=$work/$name.words dictionary=()
  FUZZ_TARGET=$name FUZZ_PRINTS=words "$program" >"$words"
  if [ -s "$words" ]; then dictionary=("-dict=$words"); fi
  log=$work/$name.log
  start=$(date +%s.%N)
  FUZZ_TARGET=$name "$program" "$work/grown/$name" "$work/seeds/$name" "${dictionary[@]}" -max_len=$most_bytes \
    -timeout=25 -rss_limit_mb=3072 -print_final_stats=1 -artifact_prefix="$findings/$name-" "$@" >"$log" 2>&1 || state=$?
  awk -v name="$name" -v seconds="$(echo "$(date +%s.%N) $start" | awk '{ print $1 - $2 }')" '
    /cov: / { for (i = 1; i < NF; i++) { if ($i == "cov:") edges = $(i + 1); if ($i == "ft:") features = $(i + 1) } }
    /stat::number_of_executed_units/ { count = $2 }
    /^#[0-9]+/ { if (!count) seen = substr($1, 2) }
    END {
      if (!count) count = seen
      printf "%-16s %10d executions %8.0f /s %7d edges %8d features\n", name, count, count / seconds, edges, features
    }' "$log"
  awk '/stat::number_of_executed_units/ { print $2 }' "$log" >>"$work/$name.count"
  if [ $state -ne 0 ]; then
    grep -E 'Fatal error|ERROR: |SUMMARY|runtime error' "$log" | head -5 >&2
    echo "fuzz.sh: $name: $(grep -o 'Test unit written to .*' "$log" | sed 's/.* to //' | tail -1) (the run: $log)" >&2
    return 1
  fi
}

# run_up_to TARGET COUNT: runs a target as often as it lacks.
run_up_to() {
  local before left
  before=$(awk '{ sum += $1 } END { print sum + 0 }' "$work/$1.count" 2>/dev/null || echo 0)
  left=$(($2 - before))
  if [ $left -le 0 ]; then
    echo "$1: $before executions so far"
    return 0
  fi
  run_target "$1" "$work" -runs=$left
}

targets() { FUZZ_TARGET=list "$program"; }

make_program
work=$build/corpus
if [ -n "$fresh" ]; then
  work=$FUZZ_FOLDER/corpus
fi
mkdir -p "$work"

case $1 in
  build) ;;
  list) targets ;;
  minimize)
    [ $# -eq 2 ] || usage
    mkdir "$FUZZ_FOLDER/smaller"
    FUZZ_TARGET=$2 "$program" -merge=1 "$FUZZ_FOLDER/smaller" "$work/grown/$2" 2>&1 | tail -1
    rm -rf "$work/grown/$2"
    cp -r "$FUZZ_FOLDER/smaller" "$work/grown/$2"
    ;;
  all)
    [ $# -eq 2 ] || usage
    if [ "$2" = --goals ]; then
      found=0
      while read -r name goal; do run_up_to "$name" "$goal" || found=1; done < <(FUZZ_TARGET=goals "$program")
      exit $found
    fi
    count=$(targets | wc -l)
    found=0
    for name in $(targets); do
      run_target "$name" "$work" -seed=1 -max_total_time=$(((${2} + count - 1) / count)) || found=1
    done
    exit $found
    ;;
  *)
    [ $# -ge 2 ] || usage
    targets | grep -qxF -- "$1" || { echo "fuzz.sh: no target '$1'; there are: $(targets | tr '\n' ' ')" >&2; exit 2; }
    if [ "$2" = --runs ]; then
      run_up_to "$1" "${3:?a number of executions}"
    elif [ -f "$2" ]; then
      FUZZ_TARGET=$1 exec "$program" "$2"
    else
      run_target "$1" "$work" ${fresh:+-seed=1} -max_total_time="$2"
    fi
    ;;
esac
