#!/usr/bin/env bash
# Builds the library's documentation as a web site.
# usage: build-docs.sh [FOLDER]     (where the site goes; .build/documentation when left out)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
output=${1:-.build/documentation}
graphs=.build/symbol-graphs
docc=$(command -v docc || echo "$(dirname "$(readlink -f "$(command -v swift)")")/docc")

swift build --target CNNConv
rm -rf "$graphs" "$output"
mkdir -p "$graphs" "$(dirname "$output")"
modules=.build/debug/Modules
maps=()
for map in .build/debug/*.build/module.modulemap Sources/CZip/module.modulemap \
  .build/checkouts/swift-numerics/Sources/_NumericsShims/include/module.modulemap; do
  maps+=(-Xcc "-fmodule-map-file=$map")
done
# the module that programs import, and those that come along with it
for module in CNNConv CNNTensors CNNGraphs CNNOperators CNNExecution CNNConversion CNNArchitectures; do
  swift symbolgraph-extract -module-name "$module" -I "$modules" "${maps[@]}" -target "$(uname -m)-unknown-linux-gnu" \
    -minimum-access-level public -skip-synthesized-members -output-dir "$graphs"
done
"$docc" convert Sources/CNNConv/CNNConv.docc --additional-symbol-graph-dir "$graphs" --output-path "$output" \
  --diagnostic-level error --fallback-display-name CNNConv --fallback-bundle-identifier cnnconv
echo "build-docs.sh: the documentation is in $output"
