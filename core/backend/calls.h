// What core asks of a backend: one plain struct for each family of loops, never one for each op,
// and their list, from which the virtual functions of Backend are made. A call points to the memory
// of tensors; all else it owns, so that a copy of it can run later.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/backend/loop_plan.h"
#include "core/base/reduction.h"
#include "core/rules/op_list.h"
#include "core/rules/optimizers.h"
#include "core/rules/reductions.h"

namespace tandem {

// ---- elementwise; operand 0 of each plan is `out`, then the inputs in order ----

/// Converts between dtypes, or fills with a number.
struct CopyCall {
  LoopPlan plan;
  Input from;
  Output out;
};

struct UnaryCall {
  ElementwiseCall op;
  LoopPlan plan;
  Input x;
  Output out;
};

/// out = grad * slope(saved), where saved is what the rule's slope reads.
struct UnaryBackwardCall {
  ElementwiseCall op;
  LoopPlan plan;
  Input saved, grad;
  Output out;
};

struct BinaryCall {
  ElementwiseCall op;
  LoopPlan plan;
  Input a, b;
  Output out;
};

/// out = grad * slope of the op in operand `side` (0: a, 1: b).
struct BinaryBackwardCall {
  ElementwiseCall op;
  int side;
  LoopPlan plan;
  Input a, b, grad;
  Output out;
};

/// out = condition ? a : b; the condition is bool.
struct SelectCall {
  LoopPlan plan;
  Input condition, a, b;
  Output out;
};

// ---- reductions, and loops along one dimension ----

/// A reduction: its position in ReduceOps.
struct ReduceOp {
  int id = 0;
};
template <class Rule> constexpr ReduceOp reduce_op() { return {ReduceOps::index_of<Rule>}; }

/// Sums and products of integers are int64; argmax and argmin give int64 positions in row-major
/// order of the reduced dimensions, the first of equals; nan counts as the largest and the
/// smallest. Reals are carried in double, divided by `divisor` there, and rounded once.
struct ReduceCall {
  ReduceOp op;
  ReducePlan plan;
  Input x;
  Output out;
  double divisor = 1;
};

/// A contiguous [outer, size, inner] block, worked along `size`.
struct AxisSplit {
  std::int64_t outer = 1, size = 1, inner = 1;
};

struct CumulativeSumCall {
  AxisSplit split;
  Input x;
  Output out;
};

struct SoftmaxCall {
  AxisSplit split;
  bool logarithm;
  Input x;
  Output out;
};

// ---- losses ----

/// The sum of a loss, an op of LossOps, over all elements of a and b, divided by `divisor`: carried
/// in double and rounded once. Plan: a number that repeats, a, b.
struct LossCall {
  ElementwiseCall op;
  LoopPlan plan;
  Input a, b;
  double divisor;
  Output out;  ///< one element
};

/// The gradient of operand `side` of a LossCall, from that of its result. Plan: out, a, b, and a
/// number that repeats.
struct LossBackwardCall {
  ElementwiseCall op;
  int side;
  LoopPlan plan;
  Input a, b;
  const void* grad;  ///< one element of out's dtype; null: 1
  double divisor;
  Output out;
};

/// Cross-entropy of logits [rows, classes] against int64 labels [rows]. With w the weight of a
/// row's label (1 without weights) and s the smoothing, a row's loss is
///   (1 - s) w[label] nll[label] + s / classes sum_k w[k] nll[k],  nll = -log softmax(logits),
/// or nll = -logits where these are log-probabilities, which are not smoothed. Rows labelled
/// ignore_index give loss and gradient 0; other labels outside [0, classes) throw IndexError. A
/// mean is the sum of the losses over the sum of w[label] of the rows that count.
struct CrossEntropyCall {
  DType dtype = DType::Float32;
  std::int64_t rows = 0, classes = 0, ignore_index = -100;
  double smoothing = 0;
  bool log_probabilities = false;
  Reduction reduction = Reduction::None;
  const void* logits = nullptr;
  const std::int64_t* labels = nullptr;
  const void* weight = nullptr;  ///< [classes], or null
  void* loss = nullptr;          ///< [rows], or one element if reduced
  void* gradient = nullptr;      ///< [rows, classes], of the rows' losses; may be null
  void* total_weight = nullptr;  ///< of a mean: its divisor, one element of the compute dtype
};

/// The gradient of the logits from that of the loss: `gradient` and `total_weight` are what the
/// forward call left.
struct CrossEntropyBackwardCall {
  DType dtype = DType::Float32;
  std::int64_t rows = 0, classes = 0, ignore_index = -100;
  Reduction reduction = Reduction::None;
  const std::int64_t* labels = nullptr;
  const void* gradient = nullptr;
  const void* total_weight = nullptr;
  const void* grad_loss = nullptr;  ///< [rows], or one element; null: 1
  void* grad_logits = nullptr;      ///< [rows, classes]
};

// ---- sorting ----

/// Sorts [rows, size] along size, stably, nan last when ascending.
struct SortCall {
  std::int64_t rows, size;
  bool descending;
  Input x;
  Output values;
  std::int64_t* indices;
};

// ---- products ----

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
  /// Output, [rows, out]: what this backend's linear_backward() needs, z or the activation's slope.
  /// May be y where nothing is kept; without an activation it is z, the result.
  void* saved_for_backward = nullptr;
  std::optional<ElementwiseCall> activation = std::nullopt;
  void* y = nullptr;
};

/// Gradients of a LinearCall; null outputs are not wanted. With an activation, `grad` is the
/// gradient of y, `saved` what linear() left in saved_for_backward (or y, where the slope reads
/// that), and grad_z is written with grad * slope, which the other gradients are then computed
/// from.
struct LinearBackwardCall {
  DType dtype = DType::Float32;
  std::int64_t rows = 0, in = 0, out = 0;
  const void* x = nullptr;
  const void* weight = nullptr;
  const void* grad = nullptr;  ///< [rows, out]
  std::optional<ElementwiseCall> activation = std::nullopt;
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

// ---- indexing; an index outside its dimension throws IndexError and writes nothing ----

/// The dimension that an index tensor addresses; with from_end, negative indices count from its
/// end.
struct IndexedDim {
  const char* op;
  std::int64_t size, stride;
  bool from_end = true;
};

/// out[p] = source[p with the indexed dimension replaced by index[p]]. Plan: out, index, source
/// with stride 0 along the indexed dimension.
struct GatherCall {
  LoopPlan plan;
  IndexedDim dim;
  const std::int64_t* index;
  Input source;
  Output out;
};

/// target[p with the indexed dimension replaced by index[p]] += source[p]. Plan: target (stride 0
/// along the indexed dimension), index, source.
struct ScatterAddCall {
  LoopPlan plan;
  IndexedDim dim;
  const std::int64_t* index;
  Input source;
  Output target;
};

// ---- random numbers and optimizers ----

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
struct Draw {
  Distribution distribution = Distribution::uniform;
  double a = 0, b = 1;
  std::int64_t low = 0, high = 0;
};

struct GeneratorState;  // core/backend/generator_state.h

/// Fills `numel` contiguous elements. `serial` asks for the element-by-element stream that PyTorch
/// uses for non-contiguous targets.
struct RandomCall {
  Draw draw;
  GeneratorState* state;
  std::int64_t numel;
  bool serial;
  Output out;
};

/// One parameter of an optimizer's step: contiguous arrays of `numel` elements.
struct ParameterSlot {
  DType dtype = DType::Float32;
  std::int64_t numel = 0;
  void* parameter = nullptr;
  const void* gradient = nullptr;
  void* states[max_optimizer_states] = {};  ///< null where the options need none
};

/// How an optimizer updates: its position in OptimizerRules, its rule, and the number
/// of the step, from 1.
struct OptimizerStep {
  int id = 0;
  OptimizerParameters rule;
  double number = 1;
};

struct UpdateCall {
  OptimizerStep optimizer;
  std::span<const ParameterSlot> slots;
};

// ---- all of them ----

template <class... Calls> struct CallList {};
using BackendCalls =
    CallList<CopyCall, UnaryCall, UnaryBackwardCall, BinaryCall, BinaryBackwardCall, SelectCall,
             ReduceCall, CumulativeSumCall, SoftmaxCall, LossCall, LossBackwardCall,
             CrossEntropyCall, CrossEntropyBackwardCall, SortCall, GemmCall, LinearCall,
             LinearBackwardCall, GatherCall, ScatterAddCall, RandomCall, UpdateCall>;

}  // namespace tandem
