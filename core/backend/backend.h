// The contract between core and a device: one virtual function per family of loops, never per op.
//
// A backend sees raw operands and plans only. Core checks shapes and dtypes, allocates outputs and
// keeps them alive; a backend runs, on the current stream of its device, in the order of the calls.
// An output may be the same memory, walked the same way, as an input; other overlaps never reach a
// backend.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/backend/calls.h"

namespace tandem {

/// The work between begin_recording and end_recording, with memory of its own, ready to run again
/// on the stream that is current at replay.
class RecordedWork {
 public:
  virtual ~RecordedWork() = default;
  virtual void replay() = 0;
  /// Sets what optimizer update number `update`, in the order of recording, uses next. Replays
  /// advance the step by themselves.
  virtual void set_optimizer_call(std::size_t update, const OptimizerCall& call) = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;

  // ---- memory ----
  /// At least `bytes` bytes, 64-byte aligned; throws OutOfMemoryError.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* data, std::size_t bytes) noexcept = 0;
  /// Bytes asked of the system so far; a warm training loop adds none.
  virtual std::size_t system_bytes() const = 0;
  virtual void copy_from_host(void* to, const void* from, std::size_t bytes) = 0;
  virtual void copy_to_host(void* to, const void* from, std::size_t bytes) = 0;
  /// Waits until everything asked so far is done.
  virtual void synchronize() = 0;

  // ---- elementwise; operand 0 of each plan is `out`, then the inputs in order ----
  /// Converts between dtypes.
  virtual void copy(const LoopPlan& plan, const Input& from, const Output& out) = 0;
  virtual void unary(const ElementwiseCall& op, const LoopPlan& plan, const Input& x,
                     const Output& out) = 0;
  /// out = grad * slope(saved), where saved is what the rule's slope asks for.
  virtual void unary_backward(const ElementwiseCall& op, const LoopPlan& plan, const Input& saved,
                              const Input& grad, const Output& out) = 0;
  virtual void binary(const ElementwiseCall& op, const LoopPlan& plan, const Input& a,
                      const Input& b, const Output& out) = 0;
  /// out = grad * slope of the op in operand `side` (0: a, 1: b).
  virtual void binary_backward(const ElementwiseCall& op, int side, const LoopPlan& plan,
                               const Input& a, const Input& b, const Input& grad,
                               const Output& out) = 0;
  /// out = condition ? a : b; the condition is bool.
  virtual void select(const LoopPlan& plan, const Input& condition, const Input& a, const Input& b,
                      const Output& out) = 0;

  // ---- reductions, and loops along one dimension ----
  /// Sums and products of integers are int64; argmax and argmin give int64 positions in row-major
  /// order of the reduced dimensions, the first of equals; nan counts as the largest and the
  /// smallest.
  virtual void reduce(ReduceOp op, const ReducePlan& plan, const Input& x, const Output& out) = 0;
  virtual void cumulative_sum(const AxisSplit& split, const Input& x, const Output& out) = 0;
  virtual void softmax(const AxisSplit& split, bool logarithm, const Input& x,
                       const Output& out) = 0;
  virtual void cross_entropy(const CrossEntropyCall& call) = 0;
  /// Sorts [rows, size] along size, stably, nan last when ascending.
  virtual void sort(std::int64_t rows, std::int64_t size, bool descending, const Input& x,
                    const Output& values, std::int64_t* indices) = 0;

  // ---- products ----
  virtual void gemm(const GemmCall& call) = 0;
  virtual void linear(const LinearCall& call) = 0;
  virtual void linear_backward(const LinearBackwardCall& call) = 0;

  // ---- indexing; an index outside its dimension throws IndexError and writes nothing ----
  /// out[p] = source[p with the indexed dimension replaced by index[p]]. Plan: out, index, source
  /// with stride 0 along the indexed dimension.
  virtual void gather(const LoopPlan& plan, const IndexedDim& dim, const std::int64_t* index,
                      const Input& source, const Output& out) = 0;
  /// target[p with the indexed dimension replaced by index[p]] += source[p]. Plan: target (stride 0
  /// along the indexed dimension), index, source.
  virtual void scatter_add(const LoopPlan& plan, const IndexedDim& dim, const std::int64_t* index,
                           const Input& source, const Output& target) = 0;

  // ---- random numbers and optimizers ----
  /// Fills `numel` contiguous elements. `serial` asks for the element-by-element stream that
  /// PyTorch uses for non-contiguous targets.
  virtual void random(const RandomCall& call, GeneratorState& state, std::int64_t numel,
                      bool serial, const Output& out) = 0;
  virtual void update_parameters(const OptimizerCall& call,
                                 std::span<const ParameterSlot> slots) = 0;

  // ---- recording ----
  /// From here to end_recording this thread's calls are kept and do not run.
  virtual void begin_recording() = 0;
  /// Null if nothing was recorded.
  virtual std::unique_ptr<RecordedWork> end_recording() = 0;
  /// After an error: forgets what was recorded.
  virtual void abandon_recording() noexcept = 0;
};

}  // namespace tandem
