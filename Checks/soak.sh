#!/usr/bin/env bash
# Runs the program for a long time and says what becomes of its memory and its files.
#
# usage: soak.sh runs [COUNT]          a small network COUNT times (a million): memory stays flat, outputs the same
#        soak.sh shapes [SECONDS]      another input shape with each run (an hour): few plans are kept, memory stays flat
#        soak.sh processes [ROUNDS]    16 processes at once on one plan cache, ROUNDS times (20): the same outputs from all,
#                                      no file of theirs left over, and a cache that does not grow
#
# It needs a release build (swift build -c release --product cnnconv) and prints the memory before and after. It ends with
# 1 if something grows or differs. BUILD names another folder with a build.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${BUILD:-.build/release}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Compiles Soak.swift against the modules of the build.
compile() {
  local objects=() maps=()
  while IFS= read -r object; do objects+=("$object"); done < <(
    tr -d "'\"" <"$build/cnnconv.product/Objects.LinkFileList" | grep -v '/CommandLineTool\.build/')
  for map in "$build"/*.build/module.modulemap Sources/CZip/module.modulemap \
    .build/checkouts/swift-numerics/Sources/_NumericsShims/include/module.modulemap; do
    maps+=(-Xcc "-fmodule-map-file=$map")
  done
  swiftc -O -swift-version 6 -parse-as-library -module-name Soak -I "$build/Modules" "${maps[@]}" Checks/soak/Soak.swift \
    "${objects[@]}" -o "$folder/soak" -lzip -lprotobuf-c -ldl -lm -lpthread
}

processes() {
  local rounds=$1 program
  program=$(realpath "$build")/cnnconv
  export CNNCONV_CACHE=$folder/cache
  mkdir -p "$CNNCONV_CACHE" && cd "$folder"
  "$program" zoo resnet18 -o model.onnx --quiet
  "$program" run model.onnx --seed 1 -o expected >/dev/null
  size() { du -sk "$CNNCONV_CACHE" | cut -f1; }
  for ((round = 1; round <= rounds; round++)); do
    # every other round begins without plans, so that all make one at once
    if ((round % 2)); then rm -rf "$CNNCONV_CACHE"/*; fi
    for ((process = 0; process < 16; process++)); do
      "$program" run model.onnx --seed 1 -o "out$process" >/dev/null 2>"errors$process" &
    done
    for job in $(jobs -p); do wait "$job" || { echo "a process failed"; cat errors*; exit 1; }; done
    for ((process = 0; process < 16; process++)); do
      cmp expected/output.npy "out$process/output.npy"
    done
    if ((round == 1)); then before=$(size); fi
  done
  local left
  left=$(find "$CNNCONV_CACHE" -name '*.tmp' | wc -l)
  echo "$rounds rounds of 16 processes: the same outputs; cache $before KiB after one round, $(size) KiB after all; $left" \
    "temporary files"
  [ "$left" = 0 ] && [ "$(size)" -le $((before + before / 10 + 64)) ]
}

case "${1:-}" in
runs) compile && "$folder/soak" runs "${2:-1000000}" ;;
shapes) compile && "$folder/soak" shapes "${2:-3600}" ;;
processes) processes "${2:-20}" ;;
*) sed -n '2,12p' "$0" | cut -c3- && exit 64 ;;
esac
