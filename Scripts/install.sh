#!/usr/bin/env bash
# Builds cnnconv, strips it and installs it with its manual page and completions for bash, zsh and fish.
# usage: install.sh [PREFIX]      (the program becomes PREFIX/bin/cnnconv; PREFIX is /usr/local for root, ~/.local for others)
#        CNNCONV_PROGRAM=FILE install.sh [PREFIX]      installs a program that is built already
set -euo pipefail

if [[ ${1:-} == -* || $# -gt 1 ]]; then
  echo "usage: install.sh [PREFIX]" >&2
  exit 64
fi
default=$HOME/.local
if [[ $(id -u) == 0 ]]; then default=/usr/local; fi
mkdir -p "${1:-$default}/bin"
prefix=$(cd "${1:-$default}" && pwd)
folder=$prefix/bin
program=${CNNCONV_PROGRAM:+$(realpath -- "$CNNCONV_PROGRAM")}
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ -z $program ]]; then
  Scripts/install-dependencies.sh
  # the linker leaves symbols and debug information out
  swift build -c release --product cnnconv -Xlinker -s
  program=.build/release/cnnconv
fi
# beside the old one first, so that a program that runs right now is not disturbed
install -m 755 "$program" "$folder/.cnnconv.new"
mv -f "$folder/.cnnconv.new" "$folder/cnnconv"
"$folder/cnnconv" --version > /dev/null

# put FILE COMMAND...: what the program prints becomes a file below the prefix
put() {
  local file=$prefix/share/$1
  shift
  mkdir -p "$(dirname "$file")"
  "$folder/cnnconv" "$@" > "$file.new"
  mv -f "$file.new" "$file"
}
put man/man1/cnnconv.1 manual
put bash-completion/completions/cnnconv --generate-completion-script bash
put zsh/site-functions/_cnnconv --generate-completion-script zsh
put fish/vendor_completions.d/cnnconv.fish --generate-completion-script fish
echo "install.sh: installed $folder/cnnconv ($(du -k "$folder/cnnconv" | cut -f 1) KiB), its manual page and completions below $prefix/share"
case ":$PATH:" in
  *":$folder:"*) ;;
  *) echo "install.sh: $folder is not in PATH" ;;
esac
