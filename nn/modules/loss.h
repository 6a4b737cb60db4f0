// Losses as modules.
#pragma once

#include "nn/functional.h"
#include "nn/module.h"

namespace tandem::nn {

struct MSELossImpl : Module {
  explicit MSELossImpl(Reduction given = kMean) : reduction(given) {}
  Tensor forward(const Tensor& input, const Tensor& target) const {
    return functional::mse_loss(input, target, reduction);
  }
  Reduction reduction;
};
TANDEM_MODULE(MSELoss);

struct L1LossImpl : Module {
  explicit L1LossImpl(Reduction given = kMean) : reduction(given) {}
  Tensor forward(const Tensor& input, const Tensor& target) const {
    return functional::l1_loss(input, target, reduction);
  }
  Reduction reduction;
};
TANDEM_MODULE(L1Loss);

struct CrossEntropyLossImpl : Module {
  explicit CrossEntropyLossImpl(functional::CrossEntropyOptions given = {})
      : options(std::move(given)) {}
  Tensor forward(const Tensor& input, const Tensor& target) const {
    return functional::cross_entropy(input, target, options);
  }
  functional::CrossEntropyOptions options;
};
TANDEM_MODULE(CrossEntropyLoss);

struct BCEWithLogitsLossImpl : Module {
  explicit BCEWithLogitsLossImpl(Reduction given = kMean) : reduction(given) {}
  Tensor forward(const Tensor& input, const Tensor& target) const {
    return functional::binary_cross_entropy_with_logits(input, target, {}, reduction);
  }
  Reduction reduction;
};
TANDEM_MODULE(BCEWithLogitsLoss);

}  // namespace tandem::nn
