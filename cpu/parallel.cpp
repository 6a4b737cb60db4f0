// The number of threads.
#include "cpu/parallel.h"

#include <omp.h>
#include <pthread.h>

#include <atomic>

#include "core/base/error.h"
#include "core/base/threads.h"

namespace tandem::cpu {

namespace {

constexpr int max_threads = 1024;
std::atomic<int> wanted_threads{0};  // 0: as many as OpenMP would take

/// OpenMP's threads do not exist in a forked child, which would wait for them: it works alone.
std::atomic<bool> is_forked_child{false};
void work_alone() {
  is_forked_child = true;
  omp_set_num_threads(1);  // for the libraries
}
[[maybe_unused]] const int registered = pthread_atfork(nullptr, nullptr, work_alone);

}  // namespace

int num_threads() {
  if (is_forked_child.load(std::memory_order_relaxed)) return 1;
  const int wanted = wanted_threads.load(std::memory_order_relaxed);
  return wanted > 0 ? wanted : omp_get_max_threads();
}

void set_num_threads(int count) {
  check(count >= 1 && count <= max_threads, "set_num_threads: expected 1 to ", max_threads,
        " threads, got ", count);
  wanted_threads.store(count, std::memory_order_relaxed);
}

}  // namespace tandem::cpu

namespace tandem {

void set_num_threads(int count) { cpu::set_num_threads(count); }
int get_num_threads() {
  const cpu::LibraryUse use;
  return cpu::num_threads();
}

}  // namespace tandem
