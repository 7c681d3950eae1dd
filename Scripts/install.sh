#!/usr/bin/env bash
# Builds cnnconv, strips it and installs it.
# usage: install.sh [PREFIX]      (the program becomes PREFIX/bin/cnnconv; PREFIX is /usr/local for root, ~/.local for others)
set -euo pipefail

if [[ ${1:-} == -* || $# -gt 1 ]]; then
  echo "usage: install.sh [PREFIX]" >&2
  exit 64
fi
default=$HOME/.local
if [[ $(id -u) == 0 ]]; then default=/usr/local; fi
mkdir -p "${1:-$default}/bin"
folder=$(cd "${1:-$default}/bin" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."

Scripts/install-dependencies.sh
# the linker leaves symbols and debug information out
swift build -c release --product cnnconv -Xlinker -s
# beside the old one first, so that a program that runs right now is not disturbed
install -m 755 .build/release/cnnconv "$folder/.cnnconv.new"
mv -f "$folder/.cnnconv.new" "$folder/cnnconv"
"$folder/cnnconv" --version > /dev/null
echo "install.sh: installed $folder/cnnconv ($(du -k "$folder/cnnconv" | cut -f 1) KiB)"
case ":$PATH:" in
  *":$folder:"*) ;;
  *) echo "install.sh: $folder is not in PATH" ;;
esac
