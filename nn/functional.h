// Stateless layers and losses, as torch.nn.functional.
#pragma once

#include "core/ops/elementwise.h"
#include "core/ops/indexing.h"
#include "core/ops/inplace.h"
#include "core/ops/linear.h"
#include "core/ops/losses.h"
#include "core/ops/matmul.h"
#include "core/ops/random.h"
#include "core/ops/reduce.h"
#include "core/ops/softmax.h"
#include "core/tensor/tensor.h"
#include "nn/modules/activation_options.h"

namespace tandem {

namespace nn::functional {

// ---- activations ----

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

/// max(x, 0) + min(0, alpha (e^(x / alpha) - 1)) (Barron, 2017)
Tensor celu(const Tensor& x, double alpha = 1);
/// The first half along `dim` times sigmoid of the second (Dauphin et al., 2017).
Tensor glu(const Tensor& x, std::int64_t dim = -1);
/// x where |x| > lambda, 0 elsewhere.
Tensor hardshrink(const Tensor& x, double lambda = 0.5);
/// x moved towards 0 by lambda, 0 where it would pass it.
Tensor softshrink(const Tensor& x, double lambda = 0.5);
/// x where x > threshold, `value` elsewhere.
Tensor threshold(const Tensor& x, double threshold, double value);
/// x where x > 0, weight x elsewhere; weight: one number, or one for each index of dimension 1.
Tensor prelu(const Tensor& x, const Tensor& weight);
/// x where x >= 0, elsewhere x times slopes uniform in [lower, upper], or their mean unless
/// training.
Tensor rrelu(const Tensor& x, double lower = 1.0 / 8, double upper = 1.0 / 3,
             bool training = false);
/// softmax(-x)
Tensor softmin(const Tensor& x, std::int64_t dim);
/// A sample of the categorical distribution as a softmax with noise of temperature tau (Jang et
/// al., 2017); with hard one-hot, with the gradient of the softmax.
Tensor gumbel_softmax(const Tensor& logits, double tau = 1, bool hard = false,
                      std::int64_t dim = -1);

// With options.
using ReLUFuncOptions = ReLUOptions;
using ReLU6FuncOptions = ReLU6Options;
using SELUFuncOptions = SELUOptions;
using LeakyReLUFuncOptions = LeakyReLUOptions;
using ELUFuncOptions = ELUOptions;
using CELUFuncOptions = CELUOptions;
using SoftplusFuncOptions = SoftplusOptions;
using HardtanhFuncOptions = HardtanhOptions;
using GELUFuncOptions = GELUOptions;
using SoftmaxFuncOptions = SoftmaxOptions;
using LogSoftmaxFuncOptions = LogSoftmaxOptions;
using SoftminFuncOptions = SoftminOptions;
using GLUFuncOptions = GLUOptions;
using HardshrinkFuncOptions = HardshrinkOptions;
using SoftshrinkFuncOptions = SoftshrinkOptions;
using ThresholdFuncOptions = ThresholdOptions;
using RReLUFuncOptions = RReLUOptions;
/// Declares `name` with NameOptions; the arguments after x may use `options`.
#define TANDEM_WITH_OPTIONS(name, Options, ...)                                                 \
  inline Tensor name(const Tensor& input, const Options& options) {                             \
    return placed(#name, input, options, [&](const Tensor& x) { return tandem::__VA_ARGS__; }); \
  }
TANDEM_WITH_OPTIONS(relu, ReLUOptions, relu(x))
TANDEM_WITH_OPTIONS(relu6, ReLU6Options, relu6(x))
TANDEM_WITH_OPTIONS(selu, SELUOptions, selu(x))
TANDEM_WITH_OPTIONS(leaky_relu, LeakyReLUOptions, elementwise(options.rule(), x))
TANDEM_WITH_OPTIONS(elu, ELUOptions, elementwise(options.rule(), x))
TANDEM_WITH_OPTIONS(softplus, SoftplusOptions, elementwise(options.rule(), x))
TANDEM_WITH_OPTIONS(hardtanh, HardtanhOptions, elementwise(options.rule(), x))
TANDEM_WITH_OPTIONS(gelu, GELUOptions, gelu(x, options.approximate()))
TANDEM_WITH_OPTIONS(softmax, SoftmaxOptions, softmax(x, options.dim()))
TANDEM_WITH_OPTIONS(log_softmax, LogSoftmaxOptions, log_softmax(x, options.dim()))
TANDEM_WITH_OPTIONS(softmin, SoftminOptions, nn::functional::softmin(x, options.dim()))
TANDEM_WITH_OPTIONS(glu, GLUOptions, nn::functional::glu(x, options.dim()))
TANDEM_WITH_OPTIONS(celu, CELUOptions, nn::functional::celu(x, options.alpha()))
TANDEM_WITH_OPTIONS(hardshrink, HardshrinkOptions, nn::functional::hardshrink(x, options.lambda()))
TANDEM_WITH_OPTIONS(softshrink, SoftshrinkOptions, nn::functional::softshrink(x, options.lambda()))
TANDEM_WITH_OPTIONS(threshold, ThresholdOptions,
                    nn::functional::threshold(x, options.threshold(), options.value()))
#undef TANDEM_WITH_OPTIONS
inline Tensor rrelu(const Tensor& input, const RReLUOptions& options, bool training = false) {
  return placed("rrelu", input, options, [&](const Tensor& x) {
    return rrelu(x, options.lower(), options.upper(), training);
  });
}

// ---- losses ----
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

// ---- layers ----
/// Zeroes elements with probability p and divides the others by 1 - p; the identity unless
/// training.
Tensor dropout(const Tensor& input, double p, bool training = true);
/// Normalises the last dimensions, of `shape`, to mean 0 and variance 1; then weight and bias, if
/// defined.
Tensor layer_norm(const Tensor& input, const Shape& shape, const Tensor& weight = {},
                  const Tensor& bias = {}, double eps = 1e-5);
/// Each of `groups` groups of dimension 1 normalized, over the dimensions behind it, too (Wu and
/// He, 2018); then weight and bias [channels], if defined.
Tensor group_norm(const Tensor& input, std::int64_t groups, const Tensor& weight = {},
                  const Tensor& bias = {}, double eps = 1e-5);
/// Dimension 1 normalized over all others with their mean and variance while training, with the
/// running ones otherwise (Ioffe and Szegedy, 2015); training moves those, if defined, by
/// `momentum`.
Tensor batch_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                  const Tensor& weight = {}, const Tensor& bias = {}, bool training = false,
                  double momentum = 0.1, double eps = 1e-5);
/// y[..., o] = x1[..., i] weight[o, i, j] x2[..., j] + bias[o]
Tensor bilinear(const Tensor& x1, const Tensor& x2, const Tensor& weight, const Tensor& bias = {});
/// Dropout that keeps mean and variance of what SELU gives (Klambauer et al., 2017).
Tensor alpha_dropout(const Tensor& input, double p, bool training = false);
/// The same for whole channels: one draw for each index of the first two dimensions.
Tensor feature_alpha_dropout(const Tensor& input, double p, bool training = false);
/// dropout of whole channels (Tompson et al., 2015): one draw for each index of the first two
/// dimensions.
Tensor feature_dropout(const Tensor& input, double p, bool training = true);
/// x divided by its p-norm along `dim`, or by eps if that is larger.
Tensor normalize(const Tensor& x, double p = 2, std::int64_t dim = 1, double eps = 1e-12);
/// The cosine of the angle between vectors along `dim`; norms below eps count as eps.
Tensor cosine_similarity(const Tensor& x1, const Tensor& x2, std::int64_t dim = 1,
                         double eps = 1e-8);
/// The p-norms of the differences of all pairs of rows of x [n, features], those before the
/// diagonal of cdist(x, x) left out: [n (n - 1) / 2].
Tensor pdist(const Tensor& x, double p = 2);
/// The p-norm of x1 - x2 + eps along the last dimension.
Tensor pairwise_distance(const Tensor& x1, const Tensor& x2, double p = 2, double eps = 1e-6,
                         bool keepdim = false);
using tandem::one_hot;

}  // namespace nn::functional

// libtorch has these at the top level, too.
using nn::functional::alpha_dropout;
using nn::functional::batch_norm;
using nn::functional::bilinear;
using nn::functional::celu;
using nn::functional::cosine_similarity;
using nn::functional::feature_alpha_dropout;
using nn::functional::feature_dropout;
using nn::functional::glu;
using nn::functional::group_norm;
using nn::functional::hardshrink;
using nn::functional::layer_norm;
using nn::functional::pairwise_distance;
using nn::functional::pdist;
using nn::functional::prelu;
using nn::functional::rrelu;
using nn::functional::softshrink;
using nn::functional::threshold;
inline Tensor cross_entropy_loss(const Tensor& input, const Tensor& target) {
  return cross_entropy(input, target);
}

}  // namespace tandem
