// Recorded steps: runs the function once with the backends recording, then replays what they kept.
#include "core/ops/record.h"

#include <vector>

#include "core/backend/recording.h"
#include "core/backend/registry.h"
#include "core/ops/on_replay.h"
#include "core/tensor/tensor_impl.h"

namespace tandem::detail {
namespace {

/// RAII guard: this thread records into `parts`.
class RecordingGuard {
 public:
  explicit RecordingGuard(std::vector<RecordingPart>& parts) { open_recording = &parts; }
  ~RecordingGuard() { open_recording = nullptr; }
  RecordingGuard(const RecordingGuard&) = delete;
  RecordingGuard& operator=(const RecordingGuard&) = delete;
};

void check_same(const Tensor& given, const Tensor& recorded, std::size_t number) {
  check(given.defined() && given.sizes() == recorded.sizes() && given.dtype() == recorded.dtype() &&
            given.device() == recorded.device(),
        "record: input ", number, " was recorded as ", recorded.describe(), ", now it is ",
        given.describe());
}

}  // namespace

struct Recorder::State {
  std::size_t calls = 0, nodes = 0;
  TensorList inputs;  ///< what the recorded kernels read
  std::vector<RecordingPart> parts;

  void record(const TensorList& given, const std::function<void(const TensorList&)>& run) {
    const NoGradGuard guard;
    TensorList own;
    for (const Tensor& input : given)
      own.push_back(input.clone().requires_grad_(input.requires_grad()));
    std::vector<RecordingPart> recorded;
    for (Backend* backend : backends_in_use()) recorded.push_back({backend, nullptr, {}});
    {
      const RecordingGuard recording(recorded);
      for (RecordingPart& part : recorded) part.work = part.backend->begin_recording();
      const AutoGradMode grad(true);
      run(own);
      nodes = 0;
      std::erase_if(recorded, [&](RecordingPart& part) {
        const std::size_t own_nodes = part.work->finish();
        nodes += own_nodes;
        return own_nodes == 0;
      });
    }
    check(!recorded.empty(), "record: the function ran no ops");
    inputs = std::move(own);
    parts = std::move(recorded);
  }

  void replay() {
    for (RecordingPart& part : parts) {
      for (std::size_t i = 0; i < part.updates.size(); ++i)
        part.work->set_optimizer_step(i, part.updates[i]());
      part.work->replay();
    }
  }
};

Recorder::Recorder() : state_(std::make_unique<State>()) {}
Recorder::~Recorder() = default;
Recorder::Recorder(Recorder&&) noexcept = default;
Recorder& Recorder::operator=(Recorder&&) noexcept = default;
std::size_t Recorder::calls() const { return state_->calls; }
std::size_t Recorder::nodes() const { return state_->nodes; }

void Recorder::call(const TensorList& inputs, const std::function<void(const TensorList&)>& run) {
  check(!recording_open(), "record: recordings do not nest");
  State& state = *state_;
  if (state.calls == 0) {
    run(inputs);
  } else if (state.parts.empty()) {
    state.record(inputs, run);
    state.replay();
  } else {
    check(inputs.size() == state.inputs.size(), "record: the step was recorded with ",
          state.inputs.size(), " inputs, now it has ", inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) check_same(inputs[i], state.inputs[i], i);
    const NoGradGuard guard;
    for (RecordingPart& part : state.parts) part.work->order_after_replay();
    for (std::size_t i = 0; i < inputs.size(); ++i) state.inputs[i].detach().copy_(inputs[i]);
    state.replay();
  }
  ++state.calls;
}

}  // namespace tandem::detail

namespace tandem {

void on_replay(const Device& device, std::function<OptimizerStep()> next) {
  check(recording_open(),
        "on_replay: this thread is not recording; call it inside the function given to record()");
  RecordingPart* part = part_of_recording(backend_of(device));
  check(part != nullptr, "on_replay: ", device,
        " was not in use when the recording began; use it before the recording starts");
  part->updates.push_back(std::move(next));
}

}  // namespace tandem
