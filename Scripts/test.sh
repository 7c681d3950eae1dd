#!/usr/bin/env bash
# Installs what is missing, checks the architecture and the formatting, builds, and runs every test, all in release.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() {
  echo "+ $*"
  "$@"
}

Scripts/install-dependencies.sh
step Scripts/check-architecture.sh --self-test
step Scripts/check-architecture.sh
step swift format lint --strict --configuration .swift-format --parallel -r Sources Tests Fuzzing Package.swift
step swift test -c release
step Scripts/build-example.sh
# A minute of all fuzz targets, from their seeds: the same each time. It needs libFuzzer, which some toolchains lack.
fuzzing=0
FUZZ_LEAKS=0 step Scripts/fuzz.sh --fresh all 60 || fuzzing=$?
if [ $fuzzing -eq 3 ]; then
  echo "test.sh: nothing was fuzzed"
elif [ $fuzzing -ne 0 ]; then
  exit $fuzzing
fi
echo "test.sh: everything passed"
