#!/usr/bin/env bash
# Copies the small fixtures that a target starts from into a folder.
# usage: make-seeds.sh TARGET FOLDER
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=$1
folder=$2
mkdir -p "$folder"

# take SIZE PATTERN...: the fixtures of these names below so many KiB, each under a name of its own.
take() {
  local size=$1
  shift
  local file
  while IFS= read -r -d '' file; do
    cp "$file" "$folder/$(tr -c 'A-Za-z0-9.\n' '-' <<<"${file#Fixtures/}")"
  done < <(
    set -f
    local tests=()
    for pattern in "$@"; do tests+=(-o -name "$pattern"); done
    find Fixtures -type f -size "-$((size * 1024))c" \( "${tests[@]:1}" \) -print0 | sort -z
  )
}

case $name in
  onnx | import | whole-*) take 4 '*.onnx' ;;
  tensor-file) take 1 '*.pb' ;;
  safetensors) take 8 '*.safetensors' ;;
  npy) take 2 '*.npy' ;;
  npz) take 4 '*.npz' ;;
  pickle) take 8 '*.pkl' ;;
  torch-archive) take 5 '*.pth' ;;
  torch-legacy) take 5 '*legacy*.pth' ;;
  zip)
    take 4 '*.npz'
    take 4 '*archive*.pth' '*deflated*.pth'
    ;;
  weights)
    take 8 '*.safetensors' '*.pth' '*.pkl'
    ;;
esac
if [ -d "Fuzzing/Seeds/$name" ]; then cp "Fuzzing/Seeds/$name"/* "$folder/"; fi
# What was found once is never far.
if [ -d Fixtures/Hostile ]; then
  for file in Fixtures/Hostile/*; do cp "$file" "$folder/hostile-$(basename "$file")"; done
fi
