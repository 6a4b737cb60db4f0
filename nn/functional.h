// Stateless layers and losses, as torch.nn.functional.
#pragma once

#include "core/ops/cross_entropy.h"
#include "core/ops/elementwise.h"
#include "core/ops/indexing.h"
#include "core/ops/linear.h"
#include "core/ops/matmul.h"
#include "core/ops/random.h"
#include "core/ops/reduce.h"
#include "core/ops/softmax.h"
#include "core/tensor/tensor.h"

namespace tandem {

/// How a loss combines its elements.
enum class Reduction { None, Mean, Sum, BatchMean };
inline constexpr Reduction kNone = Reduction::None;
inline constexpr Reduction kMean = Reduction::Mean;
inline constexpr Reduction kSum = Reduction::Sum;
/// Sum divided by the first size; kl_div only.
inline constexpr Reduction kBatchMean = Reduction::BatchMean;

namespace nn::functional {

using tandem::elu;
using tandem::gelu;
using tandem::hardtanh;
using tandem::leaky_relu;
using tandem::linear;
using tandem::log_softmax;
using tandem::logsigmoid;
using tandem::mish;
using tandem::relu;
using tandem::relu6;
using tandem::selu;
using tandem::sigmoid;
using tandem::silu;
using tandem::softmax;
using tandem::softplus;
using tandem::softsign;
using tandem::tanh;
using tandem::tanhshrink;

/// Pointwise losses take a prediction and a target of one shape and throw if the shapes differ. The
/// mean over nothing is nan.
Tensor mse_loss(const Tensor& input, const Tensor& target, Reduction reduction = kMean);
Tensor l1_loss(const Tensor& input, const Tensor& target, Reduction reduction = kMean);
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, Reduction reduction = kMean,
                      double beta = 1);
Tensor huber_loss(const Tensor& input, const Tensor& target, Reduction reduction = kMean,
                  double delta = 1);
/// input: probabilities. Logs are clamped at -100, as in PyTorch.
Tensor binary_cross_entropy(const Tensor& input, const Tensor& target, const Tensor& weight = {},
                            Reduction reduction = kMean);
/// input: logits. `weight` scales the elements, `pos_weight` the positive part; both broadcast.
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                        const Tensor& weight = {}, Reduction reduction = kMean,
                                        const Tensor& pos_weight = {});
/// input: log-probabilities; target: probabilities.
Tensor kl_div(const Tensor& input, const Tensor& target, Reduction reduction = kMean);

struct CrossEntropyOptions {
  Tensor weight;                     ///< one factor for each class
  std::int64_t ignore_index = -100;  ///< rows with this label count nothing
  Reduction reduction = kMean;       ///< the mean is weighted by the labels' weights
  double label_smoothing = 0;        ///< in [0, 1]
};
/// -log softmax(input)[label]. input: [classes], [rows, classes] or [rows, classes, ...]; target:
/// int64 labels without the class dimension, or probabilities of input's shape. A label outside [0,
/// classes) that is not ignore_index throws IndexError.
Tensor cross_entropy(const Tensor& input, const Tensor& target,
                     const CrossEntropyOptions& options = {});
/// As cross_entropy with labels, for log-probabilities.
Tensor nll_loss(const Tensor& input, const Tensor& target, const CrossEntropyOptions& options = {});

/// Zeroes elements with probability p and divides the others by 1 - p; the identity unless
/// training.
Tensor dropout(const Tensor& input, double p = 0.5, bool training = true);
/// Rows of `weight` [count, features] at the integers of `indices`: [..., features].
Tensor embedding(const Tensor& indices, const Tensor& weight);
/// Normalises the last dimensions, of `shape`, to mean 0 and variance 1; then weight and bias, if
/// defined.
Tensor layer_norm(const Tensor& input, const Shape& shape, const Tensor& weight = {},
                  const Tensor& bias = {}, double eps = 1e-5);
using tandem::one_hot;

}  // namespace nn::functional

// libtorch has the losses at the top level, too.
using nn::functional::binary_cross_entropy;
using nn::functional::binary_cross_entropy_with_logits;
using nn::functional::embedding;
using nn::functional::huber_loss;
using nn::functional::kl_div;
using nn::functional::l1_loss;
using nn::functional::layer_norm;
using nn::functional::mse_loss;
using nn::functional::nll_loss;
using nn::functional::smooth_l1_loss;
inline Tensor cross_entropy_loss(const Tensor& input, const Tensor& target) {
  return nn::functional::cross_entropy(input, target);
}

}  // namespace tandem
