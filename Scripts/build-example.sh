#!/usr/bin/env bash
# Builds and runs Documentation/Example, a program of another package, and checks what it prints. It is compiled against
# the modules of this package's last build, which takes seconds; as a package, with its own build of everything, it is
# built by `swift run --package-path Documentation/Example`.
# usage: build-example.sh [release|debug]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=.build/${1:-release}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# what the program itself was linked of, without its own code
objects=()
while IFS= read -r object; do objects+=("$object"); done < <(
  tr -d "'\"" <"$build/cnnconv.product/Objects.LinkFileList" | grep -v '/CommandLineTool\.build/')
maps=()
for map in "$build"/*.build/module.modulemap Sources/CZip/module.modulemap \
  .build/checkouts/swift-numerics/Sources/_NumericsShims/include/module.modulemap; do
  maps+=(-Xcc "-fmodule-map-file=$map")
done

swiftc -swift-version 6 -parse-as-library -package-name example -module-name Example -I "$build/Modules" \
  "${maps[@]}" Documentation/Example/Sources/Example/*.swift "${objects[@]}" -o "$folder/example" \
  -lzip -lprotobuf-c -ljpeg -lpng -lwebp -lwebpdemux -ldl -lm -lpthread

expected='5 nodes, fused 4
task 0: mean 10.125, corner 49.0
task 1: mean 14.25, corner 58.0
task 2: mean 18.75, corner 67.0
task 3: mean 23.25, corner 76.0'
printed=$("$folder/example")
echo "$printed"
[ "$printed" = "$expected" ] || { echo "build-example.sh: the example prints something else" >&2; exit 1; }
