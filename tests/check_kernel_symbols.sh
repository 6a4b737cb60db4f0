#!/usr/bin/env bash
# A weak symbol in a source compiled for AVX-512 could replace the same function of a source compiled for
# less, and crash an older processor. Only symbols of the instruction set's own namespace may be weak.
set -euo pipefail
found=$(find "$1/cpu" -name '*.o' -path '*tandem_cpu_v*' -exec nm -C {} + | grep -E ' [WVu] ' |
  grep -vE '::v[234]::|tandem::v[234]|DW\.ref|asan|ubsan|__clang_call_terminate' || true)
if [ -n "$found" ]; then
  echo "weak symbols in the kernels:"
  echo "$found"
  exit 1
fi
echo "no foreign weak symbols"
