// Stateless layers and losses, as torch.nn.functional.
#pragma once

#include "core/ops/elementwise.h"
#include "core/ops/indexing.h"
#include "core/ops/linear.h"
#include "core/ops/losses.h"
#include "core/ops/matmul.h"
#include "core/ops/random.h"
#include "core/ops/reduce.h"
#include "core/ops/softmax.h"
#include "core/tensor/tensor.h"

namespace tandem {

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

using tandem::binary_cross_entropy;
using tandem::binary_cross_entropy_with_logits;
using tandem::cross_entropy;
using tandem::CrossEntropyOptions;
using tandem::embedding;
using tandem::huber_loss;
using tandem::kl_div;
using tandem::l1_loss;
using tandem::mse_loss;
using tandem::nll_loss;
using tandem::smooth_l1_loss;

/// Zeroes elements with probability p and divides the others by 1 - p; the identity unless
/// training.
Tensor dropout(const Tensor& input, double p = 0.5, bool training = true);
/// Normalises the last dimensions, of `shape`, to mean 0 and variance 1; then weight and bias, if
/// defined.
Tensor layer_norm(const Tensor& input, const Shape& shape, const Tensor& weight = {},
                  const Tensor& bias = {}, double eps = 1e-5);
using tandem::one_hot;

}  // namespace nn::functional

// libtorch has these at the top level, too.
using nn::functional::layer_norm;
inline Tensor cross_entropy_loss(const Tensor& input, const Tensor& target) {
  return cross_entropy(input, target);
}

}  // namespace tandem
