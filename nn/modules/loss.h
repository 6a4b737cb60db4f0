// Losses as modules.
#pragma once

#include "nn/cloneable.h"
#include "nn/losses.h"

namespace tandem::nn {

/// A module of a loss: function(inputs..., options).
template <class Loss, class Options> struct LossModule : Stateless<LossModule<Loss, Options>> {
  explicit LossModule(const Options& given = {}) : options(given) {}
  template <class... Inputs>
  requires requires(const Inputs&... inputs, const Options& options) {
    Loss::of(inputs..., options);
  }
  Tensor forward(const Inputs&... inputs) const { return Loss::of(inputs..., options); }
  std::string label() const override { return Loss::name; }
  std::string extra_repr() const override {
    if constexpr (requires { options.text(); }) return options.text();
    return "";
  }
  Options options;
};

/// Declares the module `Name` of functional::function.
#define TANDEM_LOSS(Name, function)                                                                \
  struct Name##Function {                                                                          \
    static constexpr const char* name = #Name;                                                     \
    template <class... Arguments>                                                                  \
    requires requires(const Arguments&... arguments) { functional::function(arguments...); }       \
    static Tensor of(const Arguments&... arguments) { return functional::function(arguments...); } \
  };                                                                                               \
  using Name##Impl = LossModule<Name##Function, Name##Options>;                                    \
  TANDEM_MODULE(Name)

TANDEM_LOSS(MSELoss, mse_loss);
TANDEM_LOSS(L1Loss, l1_loss);
TANDEM_LOSS(SmoothL1Loss, smooth_l1_loss);
TANDEM_LOSS(HuberLoss, huber_loss);
TANDEM_LOSS(CrossEntropyLoss, cross_entropy);
TANDEM_LOSS(NLLLoss, nll_loss);
TANDEM_LOSS(BCELoss, binary_cross_entropy);
TANDEM_LOSS(BCEWithLogitsLoss, binary_cross_entropy_with_logits);
TANDEM_LOSS(KLDivLoss, kl_div);
TANDEM_LOSS(HingeEmbeddingLoss, hinge_embedding_loss);
TANDEM_LOSS(MarginRankingLoss, margin_ranking_loss);
TANDEM_LOSS(CosineEmbeddingLoss, cosine_embedding_loss);
TANDEM_LOSS(SoftMarginLoss, soft_margin_loss);
TANDEM_LOSS(MultiMarginLoss, multi_margin_loss);
TANDEM_LOSS(MultiLabelMarginLoss, multilabel_margin_loss);
TANDEM_LOSS(MultiLabelSoftMarginLoss, multilabel_soft_margin_loss);
TANDEM_LOSS(PoissonNLLLoss, poisson_nll_loss);
TANDEM_LOSS(TripletMarginLoss, triplet_margin_loss);
TANDEM_LOSS(TripletMarginWithDistanceLoss, triplet_margin_with_distance_loss);

}  // namespace tandem::nn
