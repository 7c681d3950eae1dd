#!/usr/bin/env bash
# Copies the small fixtures that a target starts from into a folder.
# usage: make-seeds.sh TARGET FOLDER
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=$1
folder=$2
mkdir -p "$folder"

# take KIB NAME...: the fixtures of names like these that are smaller. They keep their folders, which libFuzzer walks.
take() {
  local size=$(($1 * 1024)) tests=()
  shift
  local pattern
  for pattern in "$@"; do tests+=(-o -name "$pattern"); done
  find Fixtures -type f -size "-${size}c" \( "${tests[@]:1}" \) -print0 | xargs -0 cp --parents -t "$folder"
}

case $name in
  onnx | import | whole-*) take 4 '*.onnx' ;;
  tensor-file) take 1 '*.pb' ;;
  image) take 3 '*.jpg' '*.png' '*.webp' '*.p[bgp]m' ;;
  ncnn) take 4 '*.param' ;;
  safetensors) take 8 '*.safetensors' ;;
  npy) take 2 '*.npy' ;;
  npz) take 4 '*.npz' ;;
  pickle) take 8 '*.pkl' ;;
  torch-archive) take 5 '*.pth' ;;
  torch-legacy) take 5 '*legacy*.pth' ;;
  program)
    take 24 'model.pt2'
    take 12 'model.pt'
    ;;
  shards) take 2 '*.index.json' ;;
  zip)
    take 4 '*.npz'
    take 4 '*archive*.pth' '*deflated*.pth'
    ;;
  weights)
    take 8 '*.safetensors' '*.pth' '*.pkl'
    ;;
  attributes | graph | kernels | plan)
    # Choices: any bytes say something.
    for ((index = 0; index < 24; index++)); do
      awk -v seed=$index 'BEGIN { srand(seed); for (i = 0; i < 24 + 6 * seed; i++) printf "%c", 1 + int(rand() * 126) }' \
        >"$folder/choices-$index"
    done
    ;;
esac
if [ -d "Fuzzing/Seeds/$name" ]; then cp "Fuzzing/Seeds/$name"/* "$folder/"; fi
# What was found once is never far.
if [ -d Fixtures/Hostile ]; then cp --parents -t "$folder" Fixtures/Hostile/*; fi
