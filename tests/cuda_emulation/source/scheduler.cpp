// Runs the threads of a grid, block after block.
//
// Every thread starts on a fiber that goes on with the next thread when one returns, so that a
// kernel without barriers never switches. A thread that has to wait keeps its fiber; when no thread
// of the block can go on, those which wait for the same are released together. If there are none,
// the kernel would hang or be undefined on a GPU, and the process aborts with an account of who
// waits where. TANDEM_EMULATED_ORDER=reverse runs the last thread and block first: a result that
// changes shows a missing barrier.
#include <algorithm>
#include <array>
#include <bit>
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
constexpr std::uint64_t undefined = 0xccccccccccccccccu;

enum class State { fresh, running, at_block, at_warp, returned };

struct Thread {
  uint3 index;
  State state = State::fresh;
  int fiber = -1;
  Site site{"", 0};
  WarpOp op = WarpOp::synchronise;
  unsigned mask = 0;
  std::uint64_t value = 0;
};

struct Warp {
  unsigned alive = 0, waiting = 0;
  // Lanes of the caller's meeting; the values stay until the lanes have been resumed.
  std::array<unsigned, 32> lanes{};
  std::array<std::uint64_t, 32> values{};
};

bool same_place(Site a, Site b) { return a.line == b.line && std::strcmp(a.file, b.file) == 0; }

const char* name_of(WarpOp op) {
  return op == WarpOp::synchronise ? "__syncwarp" : op == WarpOp::shuffle ? "a shuffle" : "a vote";
}

class Scheduler {
 public:
  void run(dim3 grid, dim3 block, ThreadFunction function, const void* launch);
  void wait_for_block(Site site);
  Meeting meet(WarpOp op, unsigned mask, std::uint64_t value, Site site);
  unsigned current() const { return current_; }

 private:
  void set_block(dim3 block);
  void run_block();
  void start_threads();
  void suspend();
  bool release_warp(Warp& warp, unsigned base);
  bool release_block();
  void resume(unsigned thread);
  unsigned in_order(unsigned position) const { return reverse_ ? count_ - 1 - position : position; }
  [[noreturn]] void report(const char* what);
  std::string place(const Thread& thread) const;

  std::array<Thread, most_threads> threads_;
  std::array<Warp, most_threads / 32> warps_;
  unsigned count_ = 0, warp_count_ = 0;
  unsigned started_ = 0, alive_ = 0, at_block_ = 0;
  unsigned current_ = 0;
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
  warp_count_ = (count_ + 31) / 32;
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
    threads_[i].state = State::running;
    current_ = i;
    threadIdx = threads_[i].index;
    function_(launch_);
    // Whatever thread it was that this fiber went on with, it is the current one again.
    threads_[current_].state = State::returned;
    warps_[current_ / 32].alive &= ~(1u << current_ % 32);
    --alive_;
  }
}

void Scheduler::run_block() {
  for (unsigned i = 0; i < count_; ++i) threads_[i].state = State::fresh;
  for (unsigned w = 0; w < warp_count_; ++w) {
    const unsigned lanes = std::min(32u, count_ - w * 32);
    warps_[w].alive = lanes == 32 ? ~0u : (1u << lanes) - 1;
    warps_[w].waiting = 0;
  }
  started_ = at_block_ = 0;
  alive_ = count_;
  while (started_ < count_) fibers_.resume();
  while (alive_ != 0) {
    bool released = false;
    for (unsigned i = 0; i < warp_count_; ++i) {
      const unsigned w = reverse_ ? warp_count_ - 1 - i : i;
      while (warps_[w].waiting != 0 && release_warp(warps_[w], w * 32)) released = true;
    }
    if (!released && alive_ != 0 && !release_block()) report("deadlock");
  }
}

void Scheduler::resume(unsigned thread) {
  current_ = thread;
  threadIdx = threads_[thread].index;
  threads_[thread].state = State::running;
  fibers_.resume(threads_[thread].fiber);
}

void Scheduler::suspend() {
  threads_[current_].fiber = fibers_.current();
  fibers_.suspend();
}

void Scheduler::wait_for_block(Site site) {
  Thread& thread = threads_[current_];
  thread.state = State::at_block;
  thread.site = site;
  ++at_block_;
  suspend();
}

Meeting Scheduler::meet(WarpOp op, unsigned mask, std::uint64_t value, Site site) {
  Thread& thread = threads_[current_];
  thread.state = State::at_warp;
  thread.site = site;
  thread.op = op;
  thread.mask = mask;
  thread.value = value;
  const unsigned lane = current_ % 32;
  Warp& warp = warps_[current_ / 32];
  if ((mask >> lane & 1u) == 0) report("a thread is not in its own mask");
  warp.waiting |= 1u << lane;
  suspend();
  return {warp.values.data(), warp.lanes[lane]};
}

// Lanes meet when all living ones in a mask wait with this mask and for the same operation.
bool Scheduler::release_warp(Warp& warp, unsigned base) {
  unsigned ready = 0;
  for (unsigned rest = warp.waiting; rest != 0; rest &= rest - 1) {
    const Thread& first = threads_[base + static_cast<unsigned>(std::countr_zero(rest))];
    const unsigned group = first.mask & warp.alive;
    bool complete = (group & ~warp.waiting) == 0 && (group & ready) == 0;
    for (unsigned lanes = group; complete && lanes != 0; lanes &= lanes - 1) {
      const Thread& thread = threads_[base + static_cast<unsigned>(std::countr_zero(lanes))];
      complete = thread.mask == first.mask && thread.op == first.op;
    }
    if (!complete) continue;
    ready |= group;
    for (unsigned lane = 0; lane < 32; ++lane) {
      if ((first.mask >> lane & 1u) == 0) continue;
      const bool here = (group >> lane & 1u) != 0;
      warp.values[lane] = here ? threads_[base + lane].value : undefined;
      warp.lanes[lane] = group;
    }
  }
  warp.waiting &= ~ready;
  for (unsigned i = 0; i < 32; ++i) {
    const unsigned lane = reverse_ ? 31 - i : i;
    if ((ready >> lane & 1u) != 0) resume(base + lane);
  }
  return ready != 0;
}

// CUDA wants every thread of the block at one and the same __syncthreads.
bool Scheduler::release_block() {
  if (at_block_ == 0) return false;
  if (at_block_ != count_) report("divergent __syncthreads");
  for (unsigned i = 1; i < count_; ++i) {
    if (!same_place(threads_[i].site, threads_[0].site)) report("divergent __syncthreads");
  }
  at_block_ = 0;
  for (unsigned i = 0; i < count_; ++i) resume(in_order(i));
  return true;
}

std::string Scheduler::place(const Thread& thread) const {
  if (thread.state == State::returned) return "have returned";
  if (thread.state == State::fresh) return "have not started";
  if (thread.state == State::running) return "run";
  const std::string at =
      std::string(" at ") + thread.site.file + ":" + std::to_string(thread.site.line);
  if (thread.state == State::at_block) return "wait for the block in __syncthreads" + at;
  char mask[16];
  std::snprintf(mask, sizeof mask, "%08x", thread.mask);
  return std::string("wait for lanes ") + mask + " in " + name_of(thread.op) + at;
}

void Scheduler::report(const char* what) {
  std::fprintf(stderr, "gpu emulator: %s in block (%u, %u, %u):\n", what, blockIdx.x, blockIdx.y,
               blockIdx.z);
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

Meeting meet_in_warp(WarpOp op, unsigned mask, std::uint64_t value, Site site) {
  return scheduler().meet(op, mask, value, site);
}

unsigned linear_thread() { return scheduler().current(); }

}  // namespace gpu_emulator
