// Dropout.
#pragma once

#include "nn/cloneable.h"
#include "nn/describe.h"
#include "nn/functional.h"
#include "nn/options.h"

namespace tandem::nn {

struct DropoutOptions {
  DropoutOptions(double p = 0.5) : p_(p) {}
  TANDEM_ARG(double, p);
  TANDEM_ARG(bool, inplace) = false;
};
using AlphaDropoutOptions = DropoutOptions;
using FeatureAlphaDropoutOptions = DropoutOptions;
using Dropout2dOptions = DropoutOptions;
using Dropout3dOptions = DropoutOptions;

/// The layer of one of functional's dropouts. Throws Error unless p lies in [0, 1].
template <class Derived, Tensor (*function)(const Tensor&, double, bool)> struct DropoutLayer
    : Stateless<Derived> {
  explicit DropoutLayer(const DropoutOptions& given = {}) : options(given) {
    check(given.p() >= 0 && given.p() <= 1,
          "Dropout: dropout probability has to be between 0 and 1, but got ", given.p());
  }
  Tensor forward(const Tensor& input) const {
    return placed("dropout", input, options,
                  [&](const Tensor& x) { return function(x, options.p(), this->is_training()); });
  }
  std::string extra_repr() const override {
    return named_values("p", options.p(), "inplace", options.inplace());
  }
  DropoutOptions options;
};

/// Declares the layer `Name` of functional::function.
#define TANDEM_DROPOUT(Name, function)                                 \
  struct Name##Impl : DropoutLayer<Name##Impl, functional::function> { \
    using DropoutLayer::DropoutLayer;                                  \
    std::string label() const override { return #Name; }               \
  };                                                                   \
  TANDEM_MODULE(Name)

/// Zeroes elements with probability p while training and divides the others by 1 - p.
TANDEM_DROPOUT(Dropout, dropout);
/// The same for whole channels [batch, channels, ...]. The two are one layer.
TANDEM_DROPOUT(Dropout2d, feature_dropout);
TANDEM_DROPOUT(Dropout3d, feature_dropout);
TANDEM_DROPOUT(AlphaDropout, alpha_dropout);
TANDEM_DROPOUT(FeatureAlphaDropout, feature_alpha_dropout);

}  // namespace tandem::nn
