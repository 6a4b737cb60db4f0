#!/usr/bin/env bash
# Installs the build in $1 into a temporary folder, then configures, builds and runs tests/consumer and, against
# the drop-in package, tests/torch_consumer on it.
set -euo pipefail
build=$1
source_dir=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/prefix" >/dev/null

configure() { # PROJECT ARGUMENTS...
  local project=$1 && shift
  cmake -S "$source_dir/$project" -B "$work/$project" "$@" \
    -DCMAKE_CXX_COMPILER="$(grep -oP '^CMAKE_CXX_COMPILER:[^=]*=\K.*' "$build/CMakeCache.txt")" \
    -DCMAKE_CXX_FLAGS="${CONSUMER_FLAGS:-}" >/dev/null
  cmake --build "$work/$project" >/dev/null
  "$work/$project/$project"
}
configure consumer -DCMAKE_PREFIX_PATH="$work/prefix"
configure torch_consumer -DTorch_DIR="$work/prefix/share/tandem/torch"
if cmake --build "$work/torch_consumer" --target torch_script >"$work/script.txt" 2>&1; then exit 1; fi
grep -q 'error.*TorchScript is not in Tandem' "$work/script.txt"
