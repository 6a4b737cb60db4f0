// The adaptive softmax, composed of log-softmaxes.
#include "nn/modules/adaptive.h"

#include <cmath>
#include <ostream>

#include "core/ops/cat.h"
#include "core/ops/indexing.h"
#include "core/ops/softmax.h"
#include "nn/modules/sequential.h"

namespace tandem::nn {

AdaptiveLogSoftmaxWithLossImpl::AdaptiveLogSoftmaxWithLossImpl(
    AdaptiveLogSoftmaxWithLossOptions given)
    : options(std::move(given)) {
  AdaptiveLogSoftmaxWithLossImpl::reset();
}

void AdaptiveLogSoftmaxWithLossImpl::reset() {
  const std::int64_t features = options.in_features(), classes = options.n_classes();
  check(options.div_value() != 0, "AdaptiveLogSoftmaxWithLoss: div_value should not be equal to 0");
  check(!options.cutoffs().empty(), "AdaptiveLogSoftmaxWithLoss: needs at least one cutoff");
  std::int64_t previous = 0;
  for (const std::int64_t cutoff : options.cutoffs()) {
    check(cutoff > previous && cutoff < classes,
          "AdaptiveLogSoftmaxWithLoss: cutoffs should be a sequence of unique, positive integers "
          "sorted in an increasing order, each between 1 and ",
          classes - 1, ", got ", cutoff, " after ", previous);
    previous = cutoff;
  }
  cutoffs = options.cutoffs();
  cutoffs.push_back(classes);
  shortlist_size = cutoffs[0];
  n_clusters = static_cast<std::int64_t>(cutoffs.size()) - 1;
  head_size = shortlist_size + n_clusters;
  head =
      register_module("head", Linear(LinearOptions(features, head_size).bias(options.head_bias())));
  tail = register_module("tail", ModuleList());
  for (std::int64_t i = 0; i < n_clusters; ++i) {
    const auto hidden = static_cast<std::int64_t>(std::floor(
        static_cast<double>(features) / std::pow(options.div_value(), static_cast<double>(i + 1))));
    const std::int64_t size =
        cutoffs[static_cast<std::size_t>(i + 1)] - cutoffs[static_cast<std::size_t>(i)];
    Sequential cluster;  // the first layer draws its numbers first
    cluster->push_back(Linear(LinearOptions(features, hidden).bias(false)));
    cluster->push_back(Linear(LinearOptions(hidden, size).bias(false)));
    tail->push_back(cluster);
  }
}

Tensor AdaptiveLogSoftmaxWithLossImpl::log_prob(const Tensor& input) const {
  check(input.defined() && input.dim() == 2 && input.size(1) == options.in_features(),
        "AdaptiveLogSoftmaxWithLoss: expected an input [batch, ", options.in_features(), "], got ",
        input.describe());
  const Tensor of_head = log_softmax(head->forward(input), 1);
  TensorList parts{of_head.narrow(1, 0, shortlist_size)};
  for (std::int64_t i = 0; i < n_clusters; ++i) {
    const auto& cluster = tail->at<SequentialImpl>(static_cast<std::size_t>(i));
    parts.push_back(log_softmax(cluster.forward(input), 1) +
                    of_head.narrow(1, shortlist_size + i, 1));
  }
  return cat(parts, 1);
}

ASMoutput AdaptiveLogSoftmaxWithLossImpl::forward(const Tensor& input, const Tensor& target) const {
  check(input.defined() && target.defined() && input.dim() == target.dim() + 1 &&
            target.dim() <= 1 && (target.dim() == 0 || input.size(0) == target.size(0)),
        "AdaptiveLogSoftmaxWithLoss: the input ", input.describe(), " and the target ",
        target.describe(), " should have the same size in the batch dimension");
  check<IndexError>(
      target.numel() == 0 || (target.min().item<std::int64_t>() >= 0 &&
                              target.max().item<std::int64_t>() < options.n_classes()),
      "AdaptiveLogSoftmaxWithLoss: targets must lie in [0, ", options.n_classes(), "), got ",
      target.describe());
  const bool batched = target.dim() == 1;
  const Tensor rows = log_prob(batched ? input : input.unsqueeze(0));
  const Tensor chosen = gather(rows, 1, target.reshape({-1, 1})).squeeze(1);
  return {batched ? chosen : chosen.squeeze(0), -chosen.mean().item<double>()};
}

void AdaptiveLogSoftmaxWithLossImpl::pretty_print(std::ostream& stream) const {
  stream << "torch::nn::AdaptiveLogSoftmaxWithLoss";
}

}  // namespace tandem::nn
