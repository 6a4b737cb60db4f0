// Runs the threads of a grid, block after block.
//
// Every thread starts on a fiber that goes on with the next thread when one returns, so that a
// kernel without barriers never switches. A thread that waits for its block keeps its fiber; when
// no thread can go on, all are released together. Where they do not all wait at one place, the
// kernel would hang or be undefined on a GPU, and the process aborts with an account of who waits
// where. TANDEM_EMULATED_ORDER=reverse runs the last thread and block first: a result that changes
// shows a missing barrier.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "emulator/launch.h"
#include "emulator/threads.h"
#include "fibers.h"

namespace gpu_emulator {
namespace {

constexpr unsigned most_threads = 1024;

struct Thread {
  uint3 index;
  bool returned = false;
  int fiber = -1;
  Site site{"", 0};
};

bool same_place(Site a, Site b) { return a.line == b.line && std::strcmp(a.file, b.file) == 0; }

class Scheduler {
 public:
  void run(dim3 grid, dim3 block, ThreadFunction function, const void* launch);
  void wait_for_block(Site site);

 private:
  void set_block(dim3 block);
  void run_block();
  void start_threads();
  void release_block();
  void resume(unsigned thread);
  unsigned in_order(unsigned position) const { return reverse_ ? count_ - 1 - position : position; }
  [[noreturn]] void report();
  std::string place(const Thread& thread) const;

  std::array<Thread, most_threads> threads_;
  unsigned count_ = 0, started_ = 0, alive_ = 0, current_ = 0;
  dim3 block_{0, 0, 0};
  ThreadFunction function_ = nullptr;
  const void* launch_ = nullptr;
  const bool reverse_ = [] {
    const char* order = std::getenv("TANDEM_EMULATED_ORDER");
    return order != nullptr && std::strcmp(order, "reverse") == 0;
  }();
  Fibers fibers_{[this] { start_threads(); }};
};

// Never destroyed: its fibers stand in the middle of their loops.
Scheduler& scheduler() {
  static auto* const one = new Scheduler;
  return *one;
}

void Scheduler::set_block(dim3 block) {
  blockDim = block;
  if (block.x == block_.x && block.y == block_.y && block.z == block_.z) return;
  block_ = block;
  count_ = block.x * block.y * block.z;
  for (unsigned i = 0; i < count_; ++i) {
    threads_[i].index = {i % block.x, i / block.x % block.y, i / block.x / block.y};
  }
}

void Scheduler::run(dim3 grid, dim3 block, ThreadFunction function, const void* launch) {
  set_block(block);
  gridDim = grid;
  function_ = function;
  launch_ = launch;
  const std::uint64_t blocks = std::uint64_t{grid.x} * grid.y * grid.z;
  for (std::uint64_t i = 0; i < blocks; ++i) {
    const std::uint64_t b = reverse_ ? blocks - 1 - i : i;
    blockIdx = {static_cast<unsigned>(b % grid.x), static_cast<unsigned>(b / grid.x % grid.y),
                static_cast<unsigned>(b / grid.x / grid.y)};
    run_block();
  }
}

// The body of a fiber.
void Scheduler::start_threads() {
  while (started_ < count_) {
    const unsigned i = in_order(started_++);
    current_ = i;
    threadIdx = threads_[i].index;
    function_(launch_);
    // Whatever thread it was that this fiber went on with, it is the current one again.
    threads_[current_].returned = true;
    --alive_;
  }
}

void Scheduler::run_block() {
  for (unsigned i = 0; i < count_; ++i) threads_[i].returned = false;
  started_ = 0;
  alive_ = count_;
  while (started_ < count_) fibers_.resume();
  while (alive_ != 0) release_block();
}

void Scheduler::resume(unsigned thread) {
  current_ = thread;
  threadIdx = threads_[thread].index;
  fibers_.resume(threads_[thread].fiber);
}

void Scheduler::wait_for_block(Site site) {
  Thread& thread = threads_[current_];
  thread.site = site;
  thread.fiber = fibers_.current();
  fibers_.suspend();
}

// CUDA wants every thread of the block at one and the same __syncthreads.
void Scheduler::release_block() {
  if (alive_ != count_) report();
  for (unsigned i = 1; i < count_; ++i) {
    if (!same_place(threads_[i].site, threads_[0].site)) report();
  }
  for (unsigned i = 0; i < count_; ++i) resume(in_order(i));
}

std::string Scheduler::place(const Thread& thread) const {
  if (thread.returned) return "have returned";
  return std::string("wait for the block in __syncthreads at ") + thread.site.file + ":" +
         std::to_string(thread.site.line);
}

void Scheduler::report() {
  std::fprintf(stderr, "gpu emulator: divergent __syncthreads in block (%u, %u, %u):\n", blockIdx.x,
               blockIdx.y, blockIdx.z);
  std::map<std::string, std::pair<unsigned, unsigned>> places;  // count, first thread
  for (unsigned i = 0; i < count_; ++i) {
    auto& [count, first] = places[place(threads_[i])];
    if (count++ == 0) first = i;
  }
  for (const auto& [text, who] : places) {
    std::fprintf(stderr, "  %u of %u threads, thread %u the first, %s\n", who.first, count_,
                 who.second, text.c_str());
  }
  std::abort();
}

}  // namespace

void run_grid(dim3 grid, dim3 block, ThreadFunction thread, const void* kernel_and_arguments) {
  scheduler().run(grid, block, thread, kernel_and_arguments);
}

void wait_for_block(Site site) { scheduler().wait_for_block(site); }

}  // namespace gpu_emulator
