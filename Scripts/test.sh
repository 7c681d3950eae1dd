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
step swift format lint --strict --configuration .swift-format --parallel -r Sources Tests Package.swift
step swift test -c release
step Scripts/build-example.sh
echo "test.sh: everything passed"
