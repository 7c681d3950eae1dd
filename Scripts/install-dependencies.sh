#!/usr/bin/env bash
# Installs the Debian packages that cnnconv is built with, if they are missing. Needs root or sudo only if one is.
set -euo pipefail

packages=(
  libprotobuf-c-dev protobuf-c-compiler libzip-dev libopenblas-dev libjpeg62-turbo-dev libpng-dev libwebp-dev pkg-config
)

fail() {
  echo "install-dependencies.sh: $1" >&2
  exit 69
}

command -v swift > /dev/null || fail "swift is not in PATH; install Swift 6.1 or later, see https://www.swift.org/install"
command -v dpkg-query > /dev/null || fail "this is no Debian system; install what these packages hold: ${packages[*]}"

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
if [[ ${#missing[@]} == 0 ]]; then exit 0; fi

if [[ $(id -u) == 0 ]]; then
  as_root=(env)
elif command -v sudo > /dev/null; then
  as_root=(sudo)
else
  fail "neither root nor sudo; ask an administrator for: apt-get install ${missing[*]}"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "+ apt-get install ${missing[*]}" >&2
install=(apt-get install -y --no-install-recommends "${missing[@]}")
if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}"; } > "$log" 2>&1; then
  cat "$log" >&2
  fail "apt-get could not install: ${missing[*]}"
fi
