// A softmax over many classes of which few are frequent.
#pragma once

#include <vector>

#include "nn/cloneable.h"
#include "nn/modules/container.h"
#include "nn/modules/linear.h"
#include "nn/options.h"

namespace tandem::nn {

/// cutoffs: where the clusters of classes begin, rising, in (0, n_classes).
struct AdaptiveLogSoftmaxWithLossOptions {
  AdaptiveLogSoftmaxWithLossOptions(std::int64_t in_features, std::int64_t n_classes,
                                    std::vector<std::int64_t> cutoffs)
      : in_features_(in_features), n_classes_(n_classes), cutoffs_(std::move(cutoffs)) {}
  TANDEM_ARG(std::int64_t, in_features);
  TANDEM_ARG(std::int64_t, n_classes);
  TANDEM_ARG(std::vector<std::int64_t>, cutoffs);
  /// Cluster i has in_features / div_value^(i + 1) hidden features.
  TANDEM_ARG(double, div_value) = 4;
  TANDEM_ARG(bool, head_bias) = false;
};

/// The log-probability of each target, and minus their mean.
struct ASMoutput {
  ASMoutput(Tensor log_probabilities, double mean_loss)
      : output(std::move(log_probabilities)), loss(mean_loss) {}
  Tensor output;
  double loss;
};

/// The first classes have an output each, the others one for their cluster and, in that, their own
/// (Grave et al., 2017). Classes are in the order of their frequency.
struct AdaptiveLogSoftmaxWithLossImpl : Cloneable<AdaptiveLogSoftmaxWithLossImpl> {
  explicit AdaptiveLogSoftmaxWithLossImpl(AdaptiveLogSoftmaxWithLossOptions given);
  AdaptiveLogSoftmaxWithLossImpl(std::int64_t in_features, std::int64_t n_classes,
                                 std::vector<std::int64_t> given_cutoffs)
      : AdaptiveLogSoftmaxWithLossImpl(
            AdaptiveLogSoftmaxWithLossOptions(in_features, n_classes, std::move(given_cutoffs))) {}
  void reset() override;
  /// input: [batch, in_features], target: int64 [batch]; or one of each without batch. Error for a
  /// target outside [0, n_classes).
  ASMoutput forward(const Tensor& input, const Tensor& target) const;
  /// Log-probabilities of all classes: [batch, n_classes].
  Tensor log_prob(const Tensor& input) const;
  /// The most probable class: int64 [batch].
  Tensor predict(const Tensor& input) const { return log_prob(input).argmax(1); }
  std::string label() const override { return "AdaptiveLogSoftmaxWithLoss"; }
  void pretty_print(std::ostream& stream) const override;

  AdaptiveLogSoftmaxWithLossOptions options;
  std::vector<std::int64_t> cutoffs;  ///< with n_classes at the end
  std::int64_t shortlist_size = 0, n_clusters = 0, head_size = 0;
  Linear head{nullptr};
  ModuleList tail;
};
TANDEM_MODULE(AdaptiveLogSoftmaxWithLoss);

}  // namespace tandem::nn
