#!/usr/bin/env bash
# Makes Sources/COnnxProto from Proto/onnx.proto with protoc-c (Debian: protobuf-c-compiler).
# With a folder as argument the output goes there instead, laid out the same way.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=${1:-$root/Sources/COnnxProto}

if ! command -v protoc-c > /dev/null; then
  echo "generate-proto.sh: protoc-c not found; install protobuf-c-compiler" >&2
  exit 69
fi

mkdir -p "$out/include"
protoc-c --proto_path="$root/Proto" --c_out="$out" onnx.proto
mv "$out/onnx.pb-c.h" "$out/include/onnx.pb-c.h"
