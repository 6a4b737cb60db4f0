// The number of threads.
#include "cpu/parallel.h"

#include <omp.h>

#include <atomic>

#include "core/base/error.h"
#include "core/base/threads.h"

namespace tandem::cpu {

namespace {
std::atomic<int> wanted_threads{0};  // 0: as many as OpenMP would take
}

int num_threads() {
  const int wanted = wanted_threads.load(std::memory_order_relaxed);
  return wanted > 0 ? wanted : omp_get_max_threads();
}

void set_num_threads(int count) {
  check(count >= 1, "set_num_threads: expected at least 1, got ", count);
  wanted_threads.store(count, std::memory_order_relaxed);
}

}  // namespace tandem::cpu

namespace tandem {

void set_num_threads(int count) { cpu::set_num_threads(count); }
int get_num_threads() { return cpu::num_threads(); }

}  // namespace tandem
