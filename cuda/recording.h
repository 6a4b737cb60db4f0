// A step captured as a CUDA graph.
//
// What a replay needs anew lives on the device: the step count and hyperparameters of each
// optimizer update, and the position of each random generator. The graph itself advances the
// counts; the host keeps copies of what the device holds and uploads only what somebody changed.
#pragma once

#include <memory>
#include <vector>

#include "core/backend/backend.h"
#include "cuda/context.h"

namespace tandem::gpu {

/// Where a generator stands at the start of a replay.
struct RandomPosition {
  std::uint64_t seed, offset;
};

/// The bytes of any optimizer rule and the number of its last step.
struct UpdateState {
  OptimizerParameters rule;
  double step;
};

class CapturedWork final : public RecordedWork {
 public:
  /// Starts capturing the thread's calls on a stream of its own.
  CapturedWork(Backend& backend, DeviceContext& context);
  ~CapturedWork() override;

  /// The backend itself: its kernels go into the capture.
  Backend& recorder() override { return backend_; }
  /// Throws Error if the capture broke.
  std::size_t finish() override;
  void replay() override;
  void order_after_replay() override;
  void set_optimizer_step(std::size_t update, const OptimizerStep& step) override;

  void* allocate(std::size_t bytes);
  /// Takes memory from before the recording, which recorded kernels may read, until the recording
  /// is gone; false if it is the recording's own.
  bool adopts(void* data) noexcept;
  /// The device's copy of an update's rule and step.
  UpdateState* add_update();
  /// Where the generator stands when a replay starts, on the device, and how far the recording has
  /// drawn from there.
  const RandomPosition* random_position(GeneratorState& state);
  std::uint64_t random_offset(GeneratorState& state);

 private:
  struct Update {
    UpdateState* device;
    UpdateState known = {};  ///< what the device holds
    bool set = false;
  };
  struct Generator {
    GeneratorState* state;
    RandomPosition* device;
    std::uint64_t start;      ///< the offset at the start of the recording
    std::uint64_t drawn = 0;  ///< by one replay
    RandomPosition known = {};
    bool set = false;
  };

  /// Device memory that lives as long as the recording.
  void* device_cell(std::size_t bytes);
  Generator& generator(GeneratorState& state);
  /// Replays of one recording follow each other, also on different streams.
  void wait_for_last_replay();
  void leave() noexcept;
  /// Ends capturing and forgets it.
  void abandon() noexcept;

  Backend& backend_;
  DeviceContext& context_;
  std::unique_ptr<StreamState> stream_;
  std::shared_ptr<BlockPool> pool_;
  StreamState* before_ = nullptr;
  bool capturing_ = false;
  GraphExecHandle executable_;
  EventHandle replayed_;  ///< after the last replay
  std::vector<DeviceMemory> cells_;
  std::vector<void*> adopted_;
  std::vector<Update> updates_;
  std::vector<Generator> generators_;
};

}  // namespace tandem::gpu
