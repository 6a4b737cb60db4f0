// Options of the activations, for their layers and functions alike.
#pragma once

#include <cstdint>
#include <string>

#include "core/rules/activations.h"
#include "nn/describe.h"
#include "nn/options.h"

namespace tandem::nn {

/// With inplace the result is written into the input.
struct InplaceOptions {
  InplaceOptions(bool inplace = false) : inplace_(inplace) {}
  TANDEM_ARG(bool, inplace);

 public:
  std::string text() const { return and_inplace("", inplace_); }
};
using ReLUOptions = InplaceOptions;
using ReLU6Options = InplaceOptions;
using SELUOptions = InplaceOptions;

struct LeakyReLUOptions {
  LeakyReLUOptions(double negative_slope = 0.01) : negative_slope_(negative_slope) {}
  TANDEM_ARG(double, negative_slope);
  TANDEM_ARG(bool, inplace) = false;

 public:
  rules::LeakyRelu rule() const { return {negative_slope_}; }
  std::string text() const {
    return and_inplace(named_values("negative_slope", negative_slope_), inplace_);
  }
};

struct ELUOptions {
  ELUOptions(double alpha = 1) : alpha_(alpha) {}
  TANDEM_ARG(double, alpha);
  TANDEM_ARG(bool, inplace) = false;

 public:
  rules::Elu rule() const { return {alpha_}; }
  std::string text() const { return and_inplace(named_values("alpha", alpha_), inplace_); }
};

struct CELUOptions {
  CELUOptions(double alpha = 1) : alpha_(alpha) {}
  TANDEM_ARG(double, alpha);
  TANDEM_ARG(bool, inplace) = false;

 public:
  std::string text() const { return and_inplace(named_values("alpha", alpha_), inplace_); }
};

struct SoftplusOptions {
  SoftplusOptions(double beta = 1, double threshold = 20) : beta_(beta), threshold_(threshold) {}
  TANDEM_ARG(double, beta);
  TANDEM_ARG(double, threshold);

 public:
  rules::Softplus rule() const { return {beta_, threshold_}; }
  std::string text() const { return named_values("beta", beta_, "threshold", threshold_); }
};

struct HardtanhOptions {
  HardtanhOptions(double min_val = -1, double max_val = 1) : min_val_(min_val), max_val_(max_val) {}
  TANDEM_ARG(double, min_val);
  TANDEM_ARG(double, max_val);
  TANDEM_ARG(bool, inplace) = false;

 public:
  rules::Hardtanh rule() const { return {min_val_, max_val_}; }
  /// Throws Error unless min_val < max_val, which the layer demands.
  void validate() const {
    check(max_val_ > min_val_, "Hardtanh: max_val must be greater than min_val, got ", max_val_,
          " and ", min_val_);
  }
  std::string text() const {
    return and_inplace(named_values("min_val", min_val_, "max_val", max_val_), inplace_);
  }
};

/// "none" is x Phi(x), "tanh" its tanh approximation.
struct GELUOptions {
  TANDEM_ARG(std::string, approximate) = "none";

 public:
  std::string text() const { return ""; }
};

/// The dimension that Softmax, LogSoftmax and Softmin normalize along, and GLU halves.
struct DimOptions {
  DimOptions(std::int64_t dim) : dim_(dim) {}
  TANDEM_ARG(std::int64_t, dim);

 public:
  std::string text() const { return named_values("dim", dim_); }
};
using SoftmaxOptions = DimOptions;
using LogSoftmaxOptions = DimOptions;
using SoftminOptions = DimOptions;
struct GLUOptions : DimOptions {
  GLUOptions(std::int64_t dim = -1) : DimOptions(dim) {}
};

struct HardshrinkOptions {
  HardshrinkOptions(double lambda = 0.5) : lambda_(lambda) {}
  TANDEM_ARG(double, lambda);

 public:
  std::string text() const { return (std::ostringstream() << lambda_).str(); }
};
using SoftshrinkOptions = HardshrinkOptions;

struct ThresholdOptions {
  ThresholdOptions(double threshold, double value) : threshold_(threshold), value_(value) {}
  TANDEM_ARG(double, threshold);
  TANDEM_ARG(double, value);
  TANDEM_ARG(bool, inplace) = false;

 public:
  std::string text() const {
    return and_inplace(named_values("threshold", threshold_, "value", value_), inplace_);
  }
};

struct PReLUOptions {
  TANDEM_ARG(std::int64_t, num_parameters) = 1;
  TANDEM_ARG(double, init) = 0.25;
};

/// Slopes are drawn uniformly from [lower, upper] while training, their mean otherwise.
struct RReLUOptions {
  TANDEM_ARG(double, lower) = 1.0 / 8;
  TANDEM_ARG(double, upper) = 1.0 / 3;
  TANDEM_ARG(bool, inplace) = false;

 public:
  std::string text() const {
    return and_inplace(named_values("lower", lower_, "upper", upper_), inplace_);
  }
};

}  // namespace tandem::nn
