// A recorded step on the CPU: the list of calls, and memory that stays laid out for it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/backend/backend.h"

namespace tandem::cpu {

/// Blocks of one recording. Freed blocks serve later requests of the same recording only, so a
/// replay finds every block as the recording left it. Lives until the recording is gone and no
/// tensor uses a block.
class RecordedMemory {
 public:
  ~RecordedMemory();
  void* take(std::size_t bytes);
  /// Whether the block was this recording's.
  bool give(void* data) noexcept;
  /// Memory of others that recorded calls may read: it is released with the recording.
  void adopt(void* data, std::size_t bytes);
  bool unused() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<void*, std::size_t> in_use_;
  std::multimap<std::size_t, void*> free_;
  std::vector<std::pair<void*, std::size_t>> adopted_;
};

class RecordedCalls final : public RecordedWork {
 public:
  RecordedCalls();
  ~RecordedCalls() override;

  void replay() override;
  void set_optimizer_call(std::size_t update, const OptimizerCall& call) override;

  void add(std::function<void()> call) { calls_.push_back(std::move(call)); }
  void add_update(Backend& backend, const OptimizerCall& call,
                  std::span<const ParameterSlot> slots);
  bool empty() const { return calls_.empty(); }
  RecordedMemory& memory() { return *memory_; }

 private:
  std::vector<std::function<void()>> calls_;
  std::vector<std::shared_ptr<OptimizerCall>> updates_;
  std::shared_ptr<RecordedMemory> memory_;
};

/// This thread's open recording, or null.
RecordedCalls* recording() noexcept;
void set_recording(RecordedCalls* open) noexcept;

/// Whether the block was some recording's.
bool release_recorded(void* data) noexcept;

}  // namespace tandem::cpu
