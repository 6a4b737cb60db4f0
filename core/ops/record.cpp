// Recorded steps: runs the function once with the backends recording, then replays what they kept.
#include "core/ops/record.h"

#include <vector>

#include "core/backend/gpu_backend.h"
#include "core/backend/recording.h"
#include "core/backend/registry.h"
#include "core/ops/on_replay.h"
#include "core/tensor/tensor_impl.h"

namespace tandem::detail {
namespace {

/// What one backend recorded.
struct Part {
  Backend* backend;
  std::unique_ptr<RecordedWork> work;
  std::vector<std::function<OptimizerCall()>> updates;
};

thread_local std::vector<Part>* open_parts = nullptr;

std::vector<Part> backends_in_use() {
  std::vector<Part> parts;
  parts.push_back({&cpu_backend(), nullptr, {}});
  for (GpuBackend* gpu : cuda_backends_in_use()) parts.push_back({gpu, nullptr, {}});
  return parts;
}

/// The thread's open recording; forgotten unless finished.
class Session {
 public:
  explicit Session(std::vector<Part>& parts) : parts_(parts) {
    open_parts = &parts;
    set_recording_open(true);
    try {
      for (; begun_ < parts.size(); ++begun_) parts[begun_].backend->begin_recording();
    } catch (...) {
      abandon();
      throw;
    }
  }
  ~Session() { abandon(); }

  void finish() {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      parts_[i].work = parts_[i].backend->end_recording();
      ended_ = i + 1;
    }
    std::erase_if(parts_, [](const Part& part) { return part.work == nullptr; });
    begun_ = ended_ = 0;
  }

 private:
  void abandon() noexcept {
    for (std::size_t i = ended_; i < begun_; ++i) parts_[i].backend->abandon_recording();
    begun_ = ended_ = 0;
    open_parts = nullptr;
    set_recording_open(false);
  }

  std::vector<Part>& parts_;
  std::size_t begun_ = 0, ended_ = 0;
};

void check_same(const Tensor& given, const Tensor& recorded, std::size_t number) {
  check(given.defined() && given.sizes() == recorded.sizes() && given.dtype() == recorded.dtype() &&
            given.device() == recorded.device(),
        "record: input ", number, " was recorded as ", recorded.describe(), ", now it is ",
        given.describe());
}

}  // namespace

struct Recorder::State {
  std::size_t calls = 0;
  TensorList inputs;  ///< what the recorded kernels read
  std::vector<Part> parts;

  void record(const TensorList& given, const std::function<void(const TensorList&)>& run) {
    const NoGradGuard guard;
    TensorList own;
    for (const Tensor& input : given)
      own.push_back(input.clone().requires_grad_(input.requires_grad()));
    std::vector<Part> recorded = backends_in_use();
    {
      Session session(recorded);
      const AutoGradMode grad(true);
      run(own);
      session.finish();
    }
    check(!recorded.empty(), "record: the function ran no ops");
    inputs = std::move(own);
    parts = std::move(recorded);
  }

  void replay() {
    for (Part& part : parts) {
      for (std::size_t i = 0; i < part.updates.size(); ++i)
        part.work->set_optimizer_call(i, part.updates[i]());
      part.work->replay();
    }
  }
};

Recorder::Recorder() : state_(std::make_unique<State>()) {}
Recorder::~Recorder() = default;
Recorder::Recorder(Recorder&&) noexcept = default;
Recorder& Recorder::operator=(Recorder&&) noexcept = default;
std::size_t Recorder::calls() const { return state_->calls; }

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
    for (std::size_t i = 0; i < inputs.size(); ++i) state.inputs[i].detach().copy_(inputs[i]);
    state.replay();
  }
  ++state.calls;
}

}  // namespace tandem::detail

namespace tandem {

void on_replay(Backend& backend, std::function<OptimizerCall()> next) {
  check(detail::open_parts != nullptr,
        "on_replay: this thread is not recording; call it inside the function given to record()");
  for (detail::Part& part : *detail::open_parts)
    if (part.backend == &backend) return part.updates.push_back(std::move(next));
  fail("on_replay: the recording has no such backend; use its device before recording starts");
}

}  // namespace tandem
