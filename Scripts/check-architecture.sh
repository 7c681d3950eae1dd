#!/usr/bin/env bash
# Prints the graph of modules and of the folders in them, and fails if one uses what it may not, if folders of a module
# form a circle, if Package.swift and the imports disagree, if a library names an option of the command line, or if a
# library prints.
#
# usage: check-architecture.sh [ROOT]        the package to check; this one by default
#        check-architecture.sh --self-test   shows that each rule fails a package that breaks it
#
# Folders are compared by the types that their files declare and name. Files at a module's root belong to no folder.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Who may import whom, by the folder in Sources; the table in Documentation/Design.md says what each one holds.
allowed="
System: CSystemCalls;
Tensors: CNNSystem;
Graphs: CNNTensors;
Operators: CNNGraphs CNNTensors COpenBLAS RealModule;
Passes: CNNOperators CNNGraphs CNNTensors;
Architectures: CNNOperators CNNGraphs CNNTensors;
Execution: CNNOperators CNNGraphs CNNTensors CNNSystem CKernels;
Formats: CNNTensors CNNSystem COnnxProto CZip CImageCodecs;
Conversion: CNNOperators CNNGraphs CNNTensors CNNFormats CNNArchitectures;
Views: CNNOperators CNNGraphs CNNTensors RealModule;
CNNConv: CNNConversion CNNExecution CNNOperators CNNPasses CNNArchitectures CNNFormats CNNViews CNNGraphs CNNTensors CNNSystem FoundationEssentials;
CommandLineTool: CNNConv CNNSystem ArgumentParser FoundationEssentials"
# Modules that come with the language, which Package.swift does not name. Everybody may use the first of them.
language="Synchronization FoundationEssentials"
# The one file that may import a C library of the system.
system_file="Sources/System/SystemCalls.swift"
# Modules whose folders still form circles.
exempt=""

check() {
  local root=$1
  find "$root/Sources" "$root/Tests" -name '*.swift' -print0 | sort -z \
    | xargs -0 -x -n 100000 -s 1000000 awk -v root="$root" -v allowed="${allowed//$'\n'/ }" -v language="$language" \
      -v system_file="$system_file" -v exempt="$exempt" -f "$here/architecture.awk" "$root/Package.swift"
}

# A small package that keeps all rules.
make_package() {
  mkdir -p "$1"/Sources/{Tensors,Graphs/{Nodes,Values}} "$1"/Tests/GraphsTests
  cat >"$1/Package.swift" <<'PACKAGE'
.target(name: "CNNTensors", path: "Sources/Tensors"),
.target(name: "CNNGraphs", dependencies: ["CNNTensors"], path: "Sources/Graphs"),
.testTarget(name: "GraphsTests", dependencies: ["CNNGraphs"]),
PACKAGE
  echo 'public struct Tensor { struct Node {} }' >"$1/Sources/Tensors/Tensor.swift"
  printf '%s\n' 'import CNNTensors' '// Node and import CNNFormats are a comment' 'public struct Value {' \
    '  let text = "Node, import CNNOperators, \"Node\""' '  /* Node /* Node */ Node */' '}' 'private struct Node {}' \
    >"$1/Sources/Graphs/Values/Value.swift"
  printf '%s\n' 'public struct Node { let value: Value }' >"$1/Sources/Graphs/Nodes/Node.swift"
  echo '@testable import CNNGraphs' >"$1/Tests/GraphsTests/NodeTests.swift"
}

# expect WORDS: the package in $scratch/case must fail with WORDS.
expect() {
  if check "$scratch/case" >"$scratch/out" 2>&1; then
    echo "self-test: passes what it must not: $1" >&2
    exit 1
  fi
  if ! grep -qF -- "$1" "$scratch/out"; then
    echo "self-test: fails for another reason than: $1" >&2
    cat "$scratch/out" >&2
    exit 1
  fi
  rm -rf "$scratch/case"
  make_package "$scratch/case"
}

self_test() {
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  make_package "$scratch/case"
  check "$scratch/case" >"$scratch/out"
  local graphs=$scratch/case/Sources/Graphs

  echo 'import CNNGraphs' >>"$scratch/case/Sources/Tensors/Tensor.swift"
  expect 'Tensors imports CNNGraphs, which it may not'
  echo '@_exported public import struct CNNFormats.Record' >>"$graphs/Nodes/Node.swift"
  expect 'Graphs imports CNNFormats, which it may not'
  sed -i 's/dependencies: \["CNNTensors"\], //' "$scratch/case/Package.swift"
  expect 'Graphs imports CNNTensors, which Package.swift does not say'
  sed -i '/import/d' "$graphs/Values/Value.swift"
  expect 'Package.swift: CNNGraphs does not use CNNTensors'
  sed -i 's/\["CNNGraphs"\]/["CNNGraphs", "CNNTensors"]/' "$scratch/case/Package.swift"
  expect 'Package.swift: GraphsTests does not use CNNTensors'
  sed -i '/private/d' "$graphs/Values/Value.swift"
  echo 'extension Value { var node: Node { fatalError("\(Value.self)") } }' >>"$graphs/Values/Value.swift"
  expect 'Graphs: a circle between folders'
  sed -i '/private/d' "$graphs/Values/Value.swift"
  echo 'let words = "made of \(Node.self)"' >>"$graphs/Values/Value.swift"
  expect 'Values → Nodes'
  echo 'import Glibc' >>"$graphs/Nodes/Node.swift"
  expect 'imports Glibc; only Sources/System/SystemCalls.swift does'
  echo 'let words = "raise it with --memory-limit"' >>"$graphs/Nodes/Node.swift"
  expect 'names an option of the command line'
  echo 'func show() { print("Value") }' >>"$graphs/Nodes/Node.swift"
  expect 'prints; only the command line tool does'
  mkdir "$scratch/case/Sources/Pictures"
  echo 'struct Page {}' >"$scratch/case/Sources/Pictures/Page.swift"
  expect 'Sources/Pictures: the list of who may import whom does not know it'
  echo "check-architecture.sh: every rule fails what breaks it"
}

if [[ ${1:-} == --self-test ]]; then
  self_test
else
  check "$(cd "${1:-$here/..}" && pwd)"
fi
