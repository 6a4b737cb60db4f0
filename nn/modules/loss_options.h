// Options of the losses, for their modules and functions alike. `reduction` is kMean unless set.
#pragma once

#include <functional>
#include <optional>

#include "core/base/reduction.h"
#include "core/ops/losses.h"
#include "nn/describe.h"
#include "nn/options.h"

namespace tandem::nn {

struct ReductionOptions {
  ReductionOptions(Reduction reduction = kMean) : reduction_(reduction) {}
  TANDEM_ARG(Reduction, reduction);
};
using MSELossOptions = ReductionOptions;
using L1LossOptions = ReductionOptions;
using SoftMarginLossOptions = ReductionOptions;
using MultiLabelMarginLossOptions = ReductionOptions;

/// `log_target`: the target holds log-probabilities.
struct KLDivLossOptions {
  KLDivLossOptions(Reduction reduction = kMean) : reduction_(reduction) {}
  TANDEM_ARG(Reduction, reduction);
  TANDEM_ARG(bool, log_target) = false;
};

/// Factors of the elements: of any shape that broadcasts.
struct WeightedOptions {
  TANDEM_ARG(Tensor, weight) = {};
  TANDEM_ARG(Reduction, reduction) = kMean;
};
using BCELossOptions = WeightedOptions;
using MultiLabelSoftMarginLossOptions = WeightedOptions;

struct BCEWithLogitsLossOptions {
  BCEWithLogitsLossOptions(Reduction reduction = kMean) : reduction_(reduction) {}
  TANDEM_ARG(Tensor, weight) = {};
  TANDEM_ARG(Reduction, reduction);
  TANDEM_ARG(Tensor, pos_weight) = {};
};

/// One factor for each class, and the label whose rows count nothing.
struct NLLLossOptions {
  TANDEM_ARG(Tensor, weight) = {};
  TANDEM_ARG(std::int64_t, ignore_index) = -100;
  TANDEM_ARG(Reduction, reduction) = kMean;

 public:
  operator CrossEntropyOptions() const { return {weight_, ignore_index_, reduction_, 0}; }
};

struct CrossEntropyLossOptions {
  TANDEM_ARG(Tensor, weight) = {};
  TANDEM_ARG(std::int64_t, ignore_index) = -100;
  TANDEM_ARG(Reduction, reduction) = kMean;
  TANDEM_ARG(double, label_smoothing) = 0;

 public:
  operator CrossEntropyOptions() const {
    return {weight_, ignore_index_, reduction_, label_smoothing_};
  }
};

struct SmoothL1LossOptions {
  SmoothL1LossOptions(Reduction reduction = kMean) : reduction_(reduction) {}
  TANDEM_ARG(Reduction, reduction);
  TANDEM_ARG(double, beta) = 1;
};

struct HuberLossOptions {
  HuberLossOptions(Reduction reduction = kMean) : reduction_(reduction) {}
  TANDEM_ARG(Reduction, reduction);
  TANDEM_ARG(double, delta) = 1;
};

/// Of a margin that is 1 for hinge losses, 0 for rankings, which do not print it, and cosines.
template <int default_margin, bool printed = true> struct MarginOptions {
  TANDEM_ARG(double, margin) = default_margin;
  TANDEM_ARG(Reduction, reduction) = kMean;

 public:
  std::string text() const { return printed ? named_values("margin", margin_) : ""; }
};
using HingeEmbeddingLossOptions = MarginOptions<1>;
using MarginRankingLossOptions = MarginOptions<0, false>;
using CosineEmbeddingLossOptions = MarginOptions<0>;

struct MultiMarginLossOptions {
  TANDEM_ARG(std::int64_t, p) = 1;
  TANDEM_ARG(double, margin) = 1;
  TANDEM_ARG(Tensor, weight) = {};
  TANDEM_ARG(Reduction, reduction) = kMean;
};

struct TripletMarginLossOptions {
  TANDEM_ARG(double, margin) = 1;
  TANDEM_ARG(double, p) = 2;
  TANDEM_ARG(double, eps) = 1e-6;
  TANDEM_ARG(bool, swap) = false;
  TANDEM_ARG(Reduction, reduction) = kMean;

 public:
  std::string text() const {
    return named_values("margin", margin_, "p", p_, "eps", eps_, "swap", swap_);
  }
};

struct TripletMarginWithDistanceLossOptions {
  using reduction_t = Reduction;
  using distance_function_t = std::function<Tensor(const Tensor&, const Tensor&)>;
  /// pairwise_distance if left out.
  TANDEM_ARG(std::optional<distance_function_t>, distance_function) = std::nullopt;
  TANDEM_ARG(double, margin) = 1;
  TANDEM_ARG(bool, swap) = false;
  TANDEM_ARG(Reduction, reduction) = kMean;

 public:
  std::string text() const { return named_values("margin", margin_, "swap", swap_); }
};

struct PoissonNLLLossOptions {
  TANDEM_ARG(bool, log_input) = true;
  TANDEM_ARG(bool, full) = false;
  TANDEM_ARG(double, eps) = 1e-8;
  TANDEM_ARG(Reduction, reduction) = kMean;
};

}  // namespace tandem::nn
