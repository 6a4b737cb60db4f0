// Keeps the calls of a recorded step and the memory that they use.
#include "core/backend/call_recorder.h"

#include <algorithm>
#include <atomic>
#include <type_traits>

#include "core/backend/recording.h"

namespace tandem {
namespace {

/// The memories of all recordings that still have blocks somewhere.
struct Memories {
  std::atomic<int> count = 0;
  std::mutex mutex;
  std::vector<std::shared_ptr<RecordedMemory>> all;

  void drop_unused() {
    std::erase_if(all, [](const auto& m) { return m.use_count() == 1 && m->unused(); });
    count = static_cast<int>(all.size());
  }
};

Memories& memories() {
  static Memories& memories = *new Memories;
  return memories;
}

}  // namespace

RecordedMemory::~RecordedMemory() {
  for (const auto& [bytes, data] : free_) source_.release(data, bytes);
  for (const auto& [data, bytes] : adopted_) source_.release(data, bytes);
}

void* RecordedMemory::allocate(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto fit = free_.lower_bound(bytes);
  const bool found = fit != free_.end() && fit->first <= 2 * bytes;
  if (found) bytes = fit->first;
  void* data = found ? fit->second : source_.allocate(bytes);
  if (found) free_.erase(fit);
  in_use_.emplace(data, bytes);
  return data;
}

bool RecordedMemory::release(void* data) noexcept {
  const std::lock_guard lock(mutex_);
  const auto block = in_use_.find(data);
  if (block == in_use_.end()) return false;
  free_.emplace(block->second, data);
  in_use_.erase(block);
  return true;
}

void RecordedMemory::adopt(void* data, std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  adopted_.emplace_back(data, bytes);
}

bool RecordedMemory::unused() const {
  const std::lock_guard lock(mutex_);
  return in_use_.empty();
}

template <class Call> void CallRecorder::run_any(const Call& call) { calls_.add(backend_, call); }

void* CallRecorder::allocate(std::size_t bytes) { return calls_.memory().allocate(bytes); }
void CallRecorder::release(void* data, std::size_t bytes) noexcept {
  calls_.memory().adopt(data, bytes);
}

void CallRecorder::copy_from_host(void*, const void*, std::size_t) {
  check_not_recording("copy from the host");
}
void CallRecorder::copy_to_host(void*, const void*, std::size_t) {
  check_not_recording("copy to the host");
}
void CallRecorder::synchronize() { check_not_recording("synchronize"); }

RecordedCalls::RecordedCalls(Backend& backend)
    : recorder_(backend, *this), memory_(std::make_shared<RecordedMemory>(backend)) {
  Memories& known = memories();
  const std::lock_guard lock(known.mutex);
  known.all.push_back(memory_);
  known.count = static_cast<int>(known.all.size());
}

RecordedCalls::~RecordedCalls() {
  memory_.reset();
  Memories& known = memories();
  const std::lock_guard lock(known.mutex);
  known.drop_unused();
}

template <class Call> void RecordedCalls::add(Backend& backend, const Call& call) {
  if constexpr (std::is_same_v<Call, UpdateCall>) {
    // Its slots are the caller's, and its step is set anew before each replay.
    const auto step = std::make_shared<OptimizerStep>(call.optimizer);
    updates_.push_back(step);
    calls_.push_back([&backend, step, slots = std::vector(call.slots.begin(), call.slots.end())] {
      backend.run(UpdateCall{*step, slots});
    });
  } else {
    calls_.push_back([&backend, call] { backend.run(call); });
  }
}

void RecordedCalls::replay() {
  for (const auto& call : calls_) call();
}

void RecordedCalls::set_optimizer_step(std::size_t update, const OptimizerStep& step) {
  *updates_.at(update) = step;
}

bool release_recorded(void* data) noexcept {
  Memories& known = memories();
  if (known.count.load(std::memory_order_relaxed) == 0) return false;
  const std::lock_guard lock(known.mutex);
  for (const auto& memory : known.all)
    if (memory->release(data)) {
      known.drop_unused();
      return true;
    }
  return false;
}

}  // namespace tandem
