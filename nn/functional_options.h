// The layers' functions with libtorch's options.
#pragma once

#include <concepts>
#include <string>
#include <vector>

#include "core/ops/padding.h"
#include "nn/functional.h"
#include "nn/options.h"

namespace tandem::nn::functional {

struct DropoutFuncOptions {
  TANDEM_ARG(double, p) = 0.5;
  TANDEM_ARG(bool, training) = false;
  TANDEM_ARG(bool, inplace) = false;
};
using AlphaDropoutFuncOptions = DropoutFuncOptions;
using FeatureAlphaDropoutFuncOptions = DropoutFuncOptions;
using Dropout2dFuncOptions = DropoutFuncOptions;
using Dropout3dFuncOptions = DropoutFuncOptions;
/// Declares `name` with DropoutFuncOptions as functional::function.
#define TANDEM_DROPOUT_FUNCTION(name, function)                                     \
  inline Tensor name(const Tensor& input, const DropoutFuncOptions& options = {}) { \
    return placed(#name, input, options, [&](const Tensor& x) {                     \
      return functional::function(x, options.p(), options.training());              \
    });                                                                             \
  }
TANDEM_DROPOUT_FUNCTION(dropout, dropout)
TANDEM_DROPOUT_FUNCTION(alpha_dropout, alpha_dropout)
TANDEM_DROPOUT_FUNCTION(feature_alpha_dropout, feature_alpha_dropout)
TANDEM_DROPOUT_FUNCTION(dropout2d, feature_dropout)
TANDEM_DROPOUT_FUNCTION(dropout3d, feature_dropout)
#undef TANDEM_DROPOUT_FUNCTION

struct LayerNormFuncOptions {
  LayerNormFuncOptions(const Shape& normalized_shape) : normalized_shape_(normalized_shape) {}
  LayerNormFuncOptions(std::initializer_list<std::int64_t> normalized_shape)
      : normalized_shape_(normalized_shape) {}
  TANDEM_ARG(Shape, normalized_shape);
  TANDEM_ARG(Tensor, weight) = {};
  TANDEM_ARG(Tensor, bias) = {};
  TANDEM_ARG(double, eps) = 1e-5;
};
/// A template, so that the braces of layer_norm(x, {3}) are a shape.
template <std::same_as<LayerNormFuncOptions> Options>
Tensor layer_norm(const Tensor& x, const Options& options) {
  return layer_norm(x, options.normalized_shape(), options.weight(), options.bias(), options.eps());
}

struct GroupNormFuncOptions {
  GroupNormFuncOptions(std::int64_t num_groups) : num_groups_(num_groups) {}
  TANDEM_ARG(std::int64_t, num_groups);
  TANDEM_ARG(Tensor, weight) = {};
  TANDEM_ARG(Tensor, bias) = {};
  TANDEM_ARG(double, eps) = 1e-5;
};
inline Tensor group_norm(const Tensor& x, const GroupNormFuncOptions& options) {
  return group_norm(x, options.num_groups(), options.weight(), options.bias(), options.eps());
}

struct BatchNormFuncOptions {
  TANDEM_ARG(Tensor, weight) = {};
  TANDEM_ARG(Tensor, bias) = {};
  TANDEM_ARG(bool, training) = false;
  TANDEM_ARG(double, momentum) = 0.1;
  TANDEM_ARG(double, eps) = 1e-5;
};
inline Tensor batch_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var,
                         const BatchNormFuncOptions& options) {
  return batch_norm(x, running_mean, running_var, options.weight(), options.bias(),
                    options.training(), options.momentum(), options.eps());
}

struct NormalizeFuncOptions {
  TANDEM_ARG(double, p) = 2;
  TANDEM_ARG(std::int64_t, dim) = 1;
  TANDEM_ARG(double, eps) = 1e-12;
  /// Where the result is written, outside the tape.
  TANDEM_ARG(std::optional<Tensor>, out) = std::nullopt;
};
inline Tensor normalize(const Tensor& x, const NormalizeFuncOptions& options) {
  const auto compute = [&] { return normalize(x, options.p(), options.dim(), options.eps()); };
  return options.out() ? write_out("normalize", *options.out(), compute) : compute();
}

struct CosineSimilarityFuncOptions {
  TANDEM_ARG(std::int64_t, dim) = 1;
  TANDEM_ARG(double, eps) = 1e-8;
};
inline Tensor cosine_similarity(const Tensor& x1, const Tensor& x2,
                                const CosineSimilarityFuncOptions& options) {
  return cosine_similarity(x1, x2, options.dim(), options.eps());
}

struct PairwiseDistanceFuncOptions {
  TANDEM_ARG(double, p) = 2;
  TANDEM_ARG(double, eps) = 1e-6;
  TANDEM_ARG(bool, keepdim) = false;
};
inline Tensor pairwise_distance(const Tensor& x1, const Tensor& x2,
                                const PairwiseDistanceFuncOptions& options) {
  return pairwise_distance(x1, x2, options.p(), options.eps(), options.keepdim());
}

struct GumbelSoftmaxFuncOptions {
  TANDEM_ARG(double, tau) = 1;
  TANDEM_ARG(bool, hard) = false;
  TANDEM_ARG(std::int64_t, dim) = -1;
};
inline Tensor gumbel_softmax(const Tensor& logits, const GumbelSoftmaxFuncOptions& options) {
  return gumbel_softmax(logits, options.tau(), options.hard(), options.dim());
}

/// mode is "constant", "reflect", "replicate" or "circular".
struct PadFuncOptions {
  PadFuncOptions(const std::vector<std::int64_t>& pad) : pad_(pad) {}
  TANDEM_ARG(std::vector<std::int64_t>, pad);
  TANDEM_ARG(std::string, mode) = "constant";
  TANDEM_ARG(double, value) = 0;
};
using tandem::pad;
template <std::same_as<PadFuncOptions> Options>
Tensor pad(const Tensor& x, const Options& options) {
  return tandem::pad(x, options.pad(), options.mode(), options.value());
}

}  // namespace tandem::nn::functional
