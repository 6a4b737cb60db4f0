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
#include <vector>

#include "core/backend/loop_plan.h"
#include "core/base/device.h"
#include "core/rules/op_list.h"

namespace tandem {

/// An elementwise op: its position in UnaryOps or BinaryOps and its parameters.
struct ElementwiseCall {
  int id = 0;
  RuleParameters parameters;
};

enum class ReduceOp { sum, product, maximum, minimum, argmax, argmin };

/// c = alpha op(a) op(b) + beta c for each of `batch` row-major matrices; op transposes where
/// asked. a: [m, k] (or [k, m]), b: [k, n] (or [n, k]), c: [m, n]; ld: elements from row to row;
/// stride: elements from matrix to matrix, 0 repeats one.
struct GemmCall {
  DType dtype = DType::Float32;
  std::int64_t m = 0, n = 0, k = 0, batch = 1;
  bool transpose_a = false, transpose_b = false;
  const void* a = nullptr;
  const void* b = nullptr;
  void* c = nullptr;
  std::int64_t lda = 0, ldb = 0, ldc = 0;
  std::int64_t stride_a = 0, stride_b = 0, stride_c = 0;
  double alpha = 1, beta = 0;
};

/// z[rows, out] = x[rows, in] w[out, in]^T + b[out]; b may be null. All contiguous. With an
/// activation, an op of ActivationOps, also y = activation(z); without one y is null.
struct LinearCall {
  DType dtype = DType::Float32;
  std::int64_t rows = 0, in = 0, out = 0;
  const void* x = nullptr;
  const void* weight = nullptr;
  const void* bias = nullptr;
  /// Receives x wᵀ + b, or what else of it this backend's linear_backward wants to find there, as
  /// the activation's slope. The same as y when nothing is kept.
  void* z = nullptr;
  const ElementwiseCall* activation = nullptr;
  void* y = nullptr;
};

/// Gradients of a LinearCall; null outputs are not wanted. With an activation, `grad` is the
/// gradient of y, `saved` what linear() left in z (or y, where the slope reads that), and grad_z is
/// written with grad * slope, which the other gradients are then computed from.
struct LinearBackwardCall {
  DType dtype = DType::Float32;
  std::int64_t rows = 0, in = 0, out = 0;
  const void* x = nullptr;
  const void* weight = nullptr;
  const void* grad = nullptr;  ///< [rows, out]
  const ElementwiseCall* activation = nullptr;
  const void* saved = nullptr;  ///< [rows, out]
  void* grad_z = nullptr;       ///< [rows, out]
  void* grad_x = nullptr;
  void* grad_weight = nullptr;
  void* grad_bias = nullptr;
};

/// The three products of a linear layer, for backends to run: z = x wᵀ (+ z where beta is 1), and
/// from the gradient of z those of x and w.
GemmCall forward_product(const LinearCall& call);
GemmCall input_gradient_product(const LinearBackwardCall& call, const void* grad_z);
GemmCall weight_gradient_product(const LinearBackwardCall& call, const void* grad_z);

/// A contiguous [outer, size, inner] block, worked along `size`.
struct Lines {
  std::int64_t outer = 1, size = 1, inner = 1;
};

/// Softmax cross-entropy of logits [rows, classes] against int64 labels [rows]. Rows labelled
/// ignore_index give loss 0 and gradient 0; other labels outside [0, classes) throw IndexError.
struct CrossEntropyCall {
  DType dtype = DType::Float32;
  std::int64_t rows = 0, classes = 0, ignore_index = -100;
  const void* logits = nullptr;
  const std::int64_t* labels = nullptr;
  void* losses = nullptr;    ///< [rows]
  void* gradient = nullptr;  ///< [rows, classes], d losses / d logits; may be null
};

/// The dimension that an index tensor addresses. Negative indices count from the end.
struct IndexedDim {
  const char* op;
  std::int64_t size, stride;
};

enum class Distribution {
  uniform,
  normal,
  bernoulli,
  exponential,
  integer,
  raw_integer,
  permutation
};

/// A draw: uniform in [a, b), normal(mean a, deviation b), bernoulli(a), exponential(rate a),
/// integer in [low, high), raw_integer (every non-negative value of the dtype), permutation of [0,
/// numel).
struct RandomCall {
  Distribution distribution = Distribution::uniform;
  double a = 0, b = 1;
  std::int64_t low = 0, high = 0;
};

struct GeneratorState;  // core/backend/generator_state.h

/// One parameter of an optimizer's step: contiguous arrays of `numel` elements.
struct ParameterSlot {
  DType dtype = DType::Float32;
  std::int64_t numel = 0;
  void* parameter = nullptr;
  const void* gradient = nullptr;
  void* states[3] = {};
};

/// An optimizer's update: its position in OptimizerRules, the bytes of its rule, and the step
/// from 1.
struct OptimizerCall {
  int id = 0;
  const void* rule = nullptr;
  double step = 1;
};

/// The work between begin_recording and end_recording, with memory of its own, ready to run again
/// on the stream that is current at replay.
class RecordedWork {
 public:
  virtual ~RecordedWork() = default;
  virtual void replay() = 0;
  /// Sets what optimizer update number `update`, in the order of recording, uses next. Replays
  /// advance the step by themselves.
  virtual void renew_update(std::size_t update, const OptimizerCall& call) = 0;
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

  // ---- reductions and lines ----
  /// Sums and products of integers are int64; argmax and argmin give int64 positions in row-major
  /// order of the reduced dimensions, the first of equals; nan counts as the largest and the
  /// smallest.
  virtual void reduce(ReduceOp op, const ReducePlan& plan, const Input& x, const Output& out) = 0;
  virtual void cumulative_sum(const Lines& lines, const Input& x, const Output& out) = 0;
  virtual void softmax(const Lines& lines, bool logarithm, const Input& x, const Output& out) = 0;
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

/// Bytes of a GPU's memory. `reserved` is what the caching allocator holds, `allocated` the part of
/// it in tensors; peaks count since reset_peak_memory.
struct GpuMemory {
  std::size_t allocated = 0, peak_allocated = 0, reserved = 0, peak_reserved = 0;
  std::size_t driver_allocations = 0;  ///< calls since the start; a warm training loop adds none
  std::size_t free = 0, total = 0;     ///< of the device, whoever uses it
};

/// What only a GPU has: streams, events, pinned host memory. Streams and events are opaque.
class GpuBackend : public Backend {
 public:
  virtual const char* device_name() const = 0;

  virtual void* default_stream() = 0;
  /// One of a fixed number of streams, in turn.
  virtual void* next_stream() = 0;
  /// The stream of this thread's calls.
  virtual void* current_stream() = 0;
  virtual void set_current_stream(void* stream) = 0;
  virtual void synchronize_stream(void* stream) = 0;
  virtual bool stream_done(void* stream) = 0;
  /// The cudaStream_t.
  virtual void* native_stream(void* stream) = 0;

  virtual void* new_event(bool timing) = 0;
  virtual void delete_event(void* event) noexcept = 0;
  virtual void record_event(void* event, void* stream) = 0;
  virtual void wait_event(void* event, void* stream) = 0;
  virtual void synchronize_event(void* event) = 0;
  virtual bool event_done(void* event) = 0;
  virtual double milliseconds_between(void* begin, void* end) = 0;

  /// Memory of a tensor is used on another stream than the one it was made on: it is not given out
  /// again before that stream's work so far is done.
  virtual void use_on_stream(void* data, void* stream) = 0;
  virtual GpuMemory memory() = 0;
  virtual void reset_peak_memory() = 0;
  virtual void empty_cache() = 0;
  /// Host memory that copies read and write without waiting.
  virtual void* allocate_pinned(std::size_t bytes) = 0;
  virtual void release_pinned(void* data) noexcept = 0;
  virtual bool is_pinned(const void* data) const = 0;
  /// As copy_from_host, but returns before the copy is done; `from` is pinned.
  virtual void copy_from_pinned(void* to, const void* from, std::size_t bytes) = 0;
  /// From another GPU's memory. This GPU's stream waits for what was asked of the other one's,
  /// which then waits for the copy; the host waits for nothing.
  virtual void copy_from_gpu(void* to, GpuBackend& source, const void* from, std::size_t bytes) = 0;
  virtual int device_index() const = 0;

  /// Products of float32 may round their factors to 10 bits (TensorFloat-32). Off at first.
  virtual void allow_tf32(bool allowed) = 0;
  virtual bool tf32_allowed() const = 0;
};

/// The two entry points that the link fills: cpu/ and cuda/. A CPU-only build's cuda_backend()
/// throws.
Backend& cpu_backend();
GpuBackend& cuda_backend(int device_index);
/// The GPUs' backends that were asked for so far.
std::vector<GpuBackend*> cuda_backends_in_use();
/// How many GPUs can be used; 0 in a CPU-only build or on a machine without one. Never throws.
int cuda_device_count() noexcept;

/// Whether this thread is recording: values exist only when the recording is replayed.
bool recording_open() noexcept;
void set_recording_open(bool open) noexcept;
/// Throws Error, naming `op`, if this thread is recording: what reads or writes values on the host
/// cannot be part of a recording.
void check_not_recording(const char* op);

/// The backend of `device`; throws Error when there is none.
Backend& backend_of(const Device& device);

}  // namespace tandem
