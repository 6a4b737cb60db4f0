// The innermost loops, compiled once per instruction set and chosen at start. Each works on
// contiguous memory; cpu/loops.h brings any other layout into that form block by block.
#pragma once

#include <cstdint>

#include "core/backend/backend.h"

namespace tandem::cpu {

inline constexpr int max_ops = 64;

/// in[0..n) -> out[0..n); in and out are different memory, or of one dtype.
using ConvertKernel = void (*)(const void* in, void* out, std::int64_t n);
struct ConvertKernels {
  ConvertKernel convert[dtype_count][dtype_count];  // [from][to]
};

/// in[i][0..n) -> out[0..n); out may be one of the inputs.
using ElementwiseKernel = void (*)(const RuleParameters&, const void* const* in, void* out,
                                   std::int64_t n);

/// x[0..n) -> y[0..n) and its slope; slope may be x.
using ValueAndSlopeKernel = void (*)(const RuleParameters&, const void* x, void* y, void* slope,
                                     std::int64_t n);

/// [op][dtype]; null where a rule does not exist for a dtype, as everywhere for the 16-bit dtypes:
/// cpu/loops.h brings those into float32.
struct ElementwiseKernels {
  ElementwiseKernel unary[max_ops][dtype_count];
  ElementwiseKernel unary_slope[max_ops][dtype_count];  // in: saved, grad
  ValueAndSlopeKernel value_and_slope[max_ops][dtype_count];
  ElementwiseKernel binary[max_ops][dtype_count];
  ElementwiseKernel binary_slope[2][max_ops][dtype_count];  // in: a, b, grad
};

/// Partial results, in the dtype that they are carried in: double for reals, int64 for integers.
union Partial {
  double real;
  std::int64_t integer;
};

/// `rows` lines of n logits in, as many losses and lines of gradients out: CrossEntropyCall without
/// its reduction.
struct CrossEntropyRows {
  const void* logits;
  const std::int64_t* labels;
  const void* weight;
  std::int64_t ignore_index;
  double smoothing;
  bool log_probabilities;
  void *losses, *gradient;
  std::int64_t rows, n;
};

struct RowKernels {
  /// [rule][dtype], null where the result is a position. The reduction of x[0..n); sums run in
  /// sixteen lanes added in a fixed order.
  Partial (*reduce[ReduceOps::size][dtype_count])(const void* x, std::int64_t n);
  /// partial[j] = partial[j] op x[j] op x[stride + j] op ..., `rows` of them, for j in [0, n).
  void (*accumulate[ReduceOps::size][dtype_count])(const void* x, std::int64_t stride,
                                                   std::int64_t rows, Partial* partial,
                                                   std::int64_t n);
  /// Softmax or its logarithm of `rows` lines of n, one after the other; x and out are different
  /// memory. [float, double]
  void (*softmax[2])(bool logarithm, const void* x, void* out, std::int64_t rows, std::int64_t n);
  void (*cross_entropy[2])(const CrossEntropyRows& rows);
};

/// Updates elements [begin, end) of one parameter.
using OptimizerKernel = void (*)(const OptimizerStep&, const ParameterSlot&, std::int64_t begin,
                                 std::int64_t end);
struct OptimizerKernels {
  OptimizerKernel update[OptimizerRules::size][2];  // [rule][float, double]
};

struct Kernels {
  const ConvertKernels& convert;
  const ElementwiseKernels& elementwise;
  const RowKernels& rows;
  const OptimizerKernels& optimizers;
};

/// The best that this processor runs. The environment variable TANDEM_ISA (v2, v3, v4) asks for
/// another.
const Kernels& kernels();

inline ConvertKernel conversion(DType from, DType to) {
  return kernels().convert.convert[static_cast<int>(from)][static_cast<int>(to)];
}

}  // namespace tandem::cpu
