// Options of the activations, for their layers and functions alike.
#pragma once

#include <cstdint>
#include <string>

#include "core/rules/activations.h"
#include "nn/options.h"

namespace tandem::nn {

/// inplace is taken and changes nothing: results have memory of their own.
struct InplaceOptions {
  InplaceOptions(bool inplace = false) : inplace_(inplace) {}
  TANDEM_ARG(bool, inplace);
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
};

struct ELUOptions {
  ELUOptions(double alpha = 1) : alpha_(alpha) {}
  TANDEM_ARG(double, alpha);
  TANDEM_ARG(bool, inplace) = false;

 public:
  rules::Elu rule() const { return {alpha_}; }
};

struct CELUOptions {
  CELUOptions(double alpha = 1) : alpha_(alpha) {}
  TANDEM_ARG(double, alpha);
  TANDEM_ARG(bool, inplace) = false;
};

struct SoftplusOptions {
  SoftplusOptions(double beta = 1, double threshold = 20) : beta_(beta), threshold_(threshold) {}
  TANDEM_ARG(double, beta);
  TANDEM_ARG(double, threshold);

 public:
  rules::Softplus rule() const { return {beta_, threshold_}; }
};

struct HardtanhOptions {
  HardtanhOptions(double min_val = -1, double max_val = 1) : min_val_(min_val), max_val_(max_val) {}
  TANDEM_ARG(double, min_val);
  TANDEM_ARG(double, max_val);
  TANDEM_ARG(bool, inplace) = false;

 public:
  rules::Hardtanh rule() const { return {min_val_, max_val_}; }
};

/// "none" is x Phi(x), "tanh" its tanh approximation.
struct GELUOptions {
  TANDEM_ARG(std::string, approximate) = "none";
};

/// The dimension that Softmax, LogSoftmax and Softmin normalize along, and GLU halves.
struct DimOptions {
  DimOptions(std::int64_t dim) : dim_(dim) {}
  TANDEM_ARG(std::int64_t, dim);
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
};
using SoftshrinkOptions = HardshrinkOptions;

struct ThresholdOptions {
  ThresholdOptions(double threshold, double value) : threshold_(threshold), value_(value) {}
  TANDEM_ARG(double, threshold);
  TANDEM_ARG(double, value);
  TANDEM_ARG(bool, inplace) = false;
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
};

}  // namespace tandem::nn
