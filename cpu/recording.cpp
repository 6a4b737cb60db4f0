// Keeps the calls of a recorded step and the memory that they use.
#include "cpu/recording.h"

#include <algorithm>
#include <atomic>

#include "cpu/allocator.h"
#include "cpu/backend.h"

namespace tandem::cpu {
namespace {

thread_local RecordedCalls* open_recording = nullptr;

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
  for (const auto& [bytes, data] : free_) cpu::release(data, bytes);
  for (const auto& [data, bytes] : adopted_) cpu::release(data, bytes);
}

void* RecordedMemory::take(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes = rounded_size(bytes);
  const auto fit = free_.lower_bound(bytes);
  const bool found = fit != free_.end() && fit->first <= 2 * bytes;
  if (found) bytes = fit->first;
  void* data = found ? fit->second : cpu::allocate(bytes);
  if (found) free_.erase(fit);
  in_use_.emplace(data, bytes);
  return data;
}

bool RecordedMemory::give(void* data) noexcept {
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

RecordedCalls::RecordedCalls() : memory_(std::make_shared<RecordedMemory>()) {
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

void RecordedCalls::replay() {
  for (const auto& call : calls_) call();
}

void RecordedCalls::set_optimizer_call(std::size_t update, const OptimizerCall& call) {
  *updates_.at(update) = call;
}

void RecordedCalls::add_update(Backend& backend, const OptimizerCall& call,
                               std::span<const ParameterSlot> slots) {
  const auto next = std::make_shared<OptimizerCall>(call);
  updates_.push_back(next);
  add([&backend, next, kept = std::vector(slots.begin(), slots.end())] {
    backend.update_parameters(*next, kept);
  });
}

RecordedCalls* recording() noexcept { return open_recording; }
void set_recording(RecordedCalls* open) noexcept { open_recording = open; }

bool release_recorded(void* data) noexcept {
  Memories& known = memories();
  if (known.count.load(std::memory_order_relaxed) == 0) return false;
  const std::lock_guard lock(known.mutex);
  for (const auto& memory : known.all)
    if (memory->give(data)) {
      known.drop_unused();
      return true;
    }
  return false;
}

void CpuBackend::begin_recording() {
  check(recording() == nullptr, "record: recordings do not nest");
  set_recording(new RecordedCalls);
}

std::unique_ptr<RecordedWork> CpuBackend::end_recording() {
  std::unique_ptr<RecordedCalls> work(recording());
  set_recording(nullptr);
  if (work->empty()) return nullptr;
  return work;
}

void CpuBackend::abandon_recording() noexcept {
  delete recording();
  set_recording(nullptr);
}

}  // namespace tandem::cpu
