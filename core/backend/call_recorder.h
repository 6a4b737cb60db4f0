// A recorded step as a list of calls, and memory that stays laid out for it: for every backend that
// runs what it is asked in order and has no recording of its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "core/backend/backend.h"

namespace tandem {

/// Blocks of one recording. Freed blocks serve later requests of the same recording only, so a
/// replay finds every block as the recording left it. Lives until the recording is gone and no
/// tensor uses a block.
class RecordedMemory {
 public:
  explicit RecordedMemory(Backend& source) : source_(source) {}
  ~RecordedMemory();
  void* allocate(std::size_t bytes);
  /// Whether the block was this recording's; if so it is free now.
  bool release(void* data) noexcept;
  /// Takes memory of others, which recorded calls may read, until the recording is gone.
  void adopt(void* data, std::size_t bytes);
  bool unused() const;

 private:
  Backend& source_;
  mutable std::mutex mutex_;
  std::unordered_map<void*, std::size_t> in_use_;
  std::multimap<std::size_t, void*> free_;
  std::vector<std::pair<void*, std::size_t>> adopted_;
};

class RecordedCalls;

/// The backend that a thread sees while it records: it keeps a copy of every call.
class CallRecorder final : public RunsAny<CallRecorder, Backend> {
 public:
  CallRecorder(Backend& backend, RecordedCalls& calls) : backend_(backend), calls_(calls) {}
  template <class Call> void run_any(const Call& call);

  void* allocate(std::size_t bytes) override;
  void release(void* data, std::size_t bytes) noexcept override;
  std::size_t system_bytes() const override { return backend_.system_bytes(); }
  void copy_from_host(void* to, const void* from, std::size_t bytes) override;
  void copy_to_host(void* to, const void* from, std::size_t bytes) override;
  void synchronize() override;

 private:
  Backend& backend_;
  RecordedCalls& calls_;
};

class RecordedCalls final : public RecordedWork {
 public:
  explicit RecordedCalls(Backend& backend);
  ~RecordedCalls() override;

  Backend& recorder() override { return recorder_; }
  std::size_t finish() override { return calls_.size(); }
  void replay() override;
  void set_optimizer_step(std::size_t update, const OptimizerStep& step) override;

  template <class Call> void add(Backend& backend, const Call& call);
  RecordedMemory& memory() { return *memory_; }

 private:
  CallRecorder recorder_;
  std::vector<std::function<void()>> calls_;
  std::vector<std::shared_ptr<OptimizerStep>> updates_;
  std::shared_ptr<RecordedMemory> memory_;
};

/// Gives memory back to the recording that it belongs to; false if it is no recording's.
bool release_recorded(void* data) noexcept;

}  // namespace tandem
