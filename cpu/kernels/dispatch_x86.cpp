// Chooses among the three builds of cpu/kernels/ on an x86-64 processor.
#include <cstdlib>
#include <string_view>

#include "cpu/kernels/table.h"

namespace tandem::cpu {

namespace v2 {
Kernels all_kernels();
}
namespace v3 {
Kernels all_kernels();
}
namespace v4 {
Kernels all_kernels();
}

namespace {

bool runs_v3() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi2");
}

bool runs_v4() {
  return runs_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512cd");
}

Kernels choose() {
  const char* wish = std::getenv("TANDEM_ISA");
  const std::string_view most = wish == nullptr ? "v4" : wish;
  if (most >= "v4" && runs_v4()) return v4::all_kernels();
  if (most >= "v3" && runs_v3()) return v3::all_kernels();
  return v2::all_kernels();
}

}  // namespace

const Kernels& kernels() {
  static const Kernels chosen = choose();
  return chosen;
}

}  // namespace tandem::cpu
