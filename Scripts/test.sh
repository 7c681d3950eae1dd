#!/usr/bin/env bash
# Installs what is missing, checks the formatting, builds, and runs every test, all in release.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() {
  echo "+ $*"
  "$@"
}

# plans that tests leave for later processes go with them
CNNCONV_CACHE=$(mktemp -d)
export CNNCONV_CACHE
trap 'rm -rf "$CNNCONV_CACHE"' EXIT

Scripts/install-dependencies.sh
step swift format lint --strict --configuration .swift-format --parallel -r Sources Tests Package.swift
step swift test -c release
echo "test.sh: everything passed"
