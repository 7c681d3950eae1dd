#!/usr/bin/env bash
# Takes a full-size VGG-16 the whole way: installs what is missing, builds, then makes, imports, runs, verifies and exports it; and fuses a RepVGG.
# usage: demo.sh [FOLDER]      (where the models go, about 1.2 GB; models/demo beside Sources when left out)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "${1:-$root/models/demo}"
folder=$(cd "${1:-$root/models/demo}" && pwd)
cd "$root"

step() {
  echo "+ $*"
  "$@"
}

Scripts/install-dependencies.sh
# without symbols and debug information: a quarter of the size
step swift build -c release --product cnnconv -Xlinker -s
cnnconv=.build/release/cnnconv

step $cnnconv zoo vgg16 -o "$folder/vgg16.onnx"
step $cnnconv import "$folder/vgg16.onnx"
step $cnnconv run "$folder/vgg16.onnx" --seed 1 -o "$folder/results" --fixture "$folder/vgg16/test_data_set_0"
# its own results, which a copy has to repeat; and a small VGG exported by PyTorch, against what PyTorch computed
step $cnnconv verify "$folder/vgg16.onnx" "$folder/vgg16/test_data_set_0"
step $cnnconv verify Fixtures/Networks/vgg-bn-ts17/model.onnx Fixtures/Networks/vgg-bn-ts17/test_data_set_0
step $cnnconv export "$folder/vgg16.onnx" -o "$folder/copy.onnx"
step $cnnconv verify "$folder/copy.onnx" --against "$folder/vgg16.onnx"
step $cnnconv bench "$folder/vgg16.onnx" --no-plan-cache
# a RepVGG as it is trained becomes the plain network that it is, compared value by value before it is written
step $cnnconv zoo repvgg_a0 -o "$folder/repvgg_a0.pth"
step $cnnconv fuse "$folder/repvgg_a0.pth" -o "$folder/repvgg_a0.onnx"
echo "demo.sh: VGG-16 was made, imported, run, verified, exported and measured, and a RepVGG fused; the files are in $folder"
