// Recording a step and replaying it: the same kernels on the same memory, without tape, allocation
// or bookkeeping. On a GPU a replay is one CUDA graph.
//
//   auto step = tandem::record([&] {
//     opt.zero_grad();
//     loss = F::cross_entropy(model(x), y);
//     loss.backward();
//     opt.step();
//   });
//   for (int i = 0; i < 1000; ++i) step();
//
// Each call is one step, with the bits that the plain step gives. The first call runs the function
// as it is, which makes what is made once (optimizer states, cuBLAS handles); the second records
// and replays; later ones replay. Tensors that the function assigned while it was recorded, `loss`
// here, hold the last replay's numbers, as long as nothing else was assigned to them. The
// optimizer's step count and learning rate, and the position of the random generators, advance with
// every call, and may be changed between calls.
//
// A replay does not run the function: its host code, ifs and prints among it, happened once. What
// one step hands to the next must be written in place (parameters are). Inside a recorded function
// these throw Error: reading values on the host (item(), printing, data_ptr(), ifs on tensors),
// copying values from the host, recordings inside recordings, a function that runs no ops.
// Whatever the function refers to, optimizers and generators too, has to outlive the recording.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "core/tensor/tensor.h"

namespace tandem {

namespace detail {

/// What RecordedStep does for any function; `run` is the function with its inputs bound.
class Recorder {
 public:
  Recorder();
  ~Recorder();
  Recorder(Recorder&&) noexcept;
  Recorder& operator=(Recorder&&) noexcept;
  void call(const TensorList& inputs, const std::function<void(const TensorList&)>& run);
  std::size_t calls() const;
  std::size_t nodes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace detail

/// A function of any number of tensors that records itself. See the top of this file.
template <class Function> class RecordedStep {
 public:
  explicit RecordedStep(Function function) : function_(std::move(function)) {}

  /// Runs one step. Inputs are copied into the recording's own before a replay; throws Error if
  /// their number, shapes, dtypes or devices are not those of the recorded call.
  template <class... Inputs> void operator()(const Inputs&... inputs) {
    recorder_.call(TensorList{inputs...}, [this](const TensorList& given) {
      run(given, std::index_sequence_for<Inputs...>());
    });
  }
  /// How many steps have run.
  std::size_t calls() const { return recorder_.calls(); }
  /// What one replay runs, 0 before the second call: calls of kernels on the CPU, nodes of the CUDA
  /// graph on a GPU.
  std::size_t nodes() const { return recorder_.nodes(); }

 private:
  template <std::size_t... i> void run(const TensorList& given, std::index_sequence<i...>) {
    function_(given[i]...);
  }
  Function function_;
  detail::Recorder recorder_;
};

/// Makes a function a recorded step; nothing runs yet.
template <class Function> RecordedStep<Function> record(Function function) {
  return RecordedStep<Function>(std::move(function));
}

}  // namespace tandem
