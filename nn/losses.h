// Losses that are composed of ops, and the options of all. Those with a kernel of their own are in
// core/ops/losses.h.
#pragma once

#include "nn/functional.h"
#include "nn/modules/loss_options.h"

namespace tandem {

namespace nn::functional {

/// y = ±1, in input's shape: input where y = 1, max(0, margin - input) where y = -1.
Tensor hinge_embedding_loss(const Tensor& input, const Tensor& y,
                            const HingeEmbeddingLossOptions& options = {});
/// max(0, -y (input1 - input2) + margin), y = ±1.
Tensor margin_ranking_loss(const Tensor& input1, const Tensor& input2, const Tensor& y,
                           const MarginRankingLossOptions& options = {});
/// 1 - cos(input1, input2) where y = 1, max(0, cos - margin) where y = -1. Inputs: [rows, features]
/// or [features], y: [rows] or [].
Tensor cosine_embedding_loss(const Tensor& input1, const Tensor& input2, const Tensor& y,
                             const CosineEmbeddingLossOptions& options = {});
/// log(1 + e^(-y input)), y = ±1.
Tensor soft_margin_loss(const Tensor& input, const Tensor& y,
                        const SoftMarginLossOptions& options = {});
/// The mean over the classes of max(0, margin - input[label] + input[i])^p, i not the label, times
/// weight[label]. input: [rows, classes] or [classes], labels: [rows] or [].
Tensor multi_margin_loss(const Tensor& input, const Tensor& labels,
                         const MultiMarginLossOptions& options = {});
/// Sums of max(0, 1 - input[label] + input[i]) over the labels of a row, up to the first that is
/// negative, and the classes that are none, over their number. Both: [rows, classes] or [classes].
Tensor multilabel_margin_loss(const Tensor& input, const Tensor& labels,
                              const MultiLabelMarginLossOptions& options = {});
/// The mean over the classes of the binary cross-entropy of logits.
Tensor multilabel_soft_margin_loss(const Tensor& input, const Tensor& target,
                                   const MultiLabelSoftMarginLossOptions& options = {});
/// e^input - target input, or with log_input(false) input - target log(input + eps); with full,
/// Stirling's formula for log target! where target > 1.
Tensor poisson_nll_loss(const Tensor& input, const Tensor& target,
                        const PoissonNLLLossOptions& options = {});
/// max(0, d(anchor, positive) - d(anchor, negative) + margin) of p-norms; with swap the smaller of
/// the distances to negative (Balntas et al., 2016).
Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletMarginLossOptions& options = {});
/// The same with any distance of two tensors.
Tensor triplet_margin_with_distance_loss(const Tensor& anchor, const Tensor& positive,
                                         const Tensor& negative,
                                         const TripletMarginWithDistanceLossOptions& options = {});

// With options.
inline Tensor mse_loss(const Tensor& input, const Tensor& target, const MSELossOptions& options) {
  return tandem::mse_loss(input, target, options.reduction());
}
inline Tensor l1_loss(const Tensor& input, const Tensor& target, const L1LossOptions& options) {
  return tandem::l1_loss(input, target, options.reduction());
}
inline Tensor smooth_l1_loss(const Tensor& input, const Tensor& target,
                             const SmoothL1LossOptions& options) {
  return tandem::smooth_l1_loss(input, target, options.reduction(), options.beta());
}
inline Tensor huber_loss(const Tensor& input, const Tensor& target,
                         const HuberLossOptions& options) {
  return tandem::huber_loss(input, target, options.reduction(), options.delta());
}
inline Tensor kl_div(const Tensor& input, const Tensor& target, const KLDivLossOptions& options) {
  return tandem::kl_div(input, target, options.reduction(), options.log_target());
}
inline Tensor binary_cross_entropy(const Tensor& input, const Tensor& target,
                                   const BCELossOptions& options) {
  return tandem::binary_cross_entropy(input, target, options.weight(), options.reduction());
}
inline Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                               const BCEWithLogitsLossOptions& options) {
  return tandem::binary_cross_entropy_with_logits(input, target, options.weight(),
                                                  options.reduction(), options.pos_weight());
}

using BinaryCrossEntropyFuncOptions = BCELossOptions;
using BinaryCrossEntropyWithLogitsFuncOptions = BCEWithLogitsLossOptions;
using CosineEmbeddingLossFuncOptions = CosineEmbeddingLossOptions;
using CrossEntropyFuncOptions = CrossEntropyLossOptions;
using HingeEmbeddingLossFuncOptions = HingeEmbeddingLossOptions;
using HuberLossFuncOptions = HuberLossOptions;
using KLDivFuncOptions = KLDivLossOptions;
using L1LossFuncOptions = L1LossOptions;
using MSELossFuncOptions = MSELossOptions;
using MarginRankingLossFuncOptions = MarginRankingLossOptions;
using MultiMarginLossFuncOptions = MultiMarginLossOptions;
using MultilabelMarginLossFuncOptions = MultiLabelMarginLossOptions;
using MultilabelSoftMarginLossFuncOptions = MultiLabelSoftMarginLossOptions;
using NLLLossFuncOptions = NLLLossOptions;
using PoissonNLLLossFuncOptions = PoissonNLLLossOptions;
using SmoothL1LossFuncOptions = SmoothL1LossOptions;
using SoftMarginLossFuncOptions = SoftMarginLossOptions;
using TripletMarginLossFuncOptions = TripletMarginLossOptions;
using TripletMarginWithDistanceLossFuncOptions = TripletMarginWithDistanceLossOptions;

}  // namespace nn::functional

using nn::functional::cosine_embedding_loss;
using nn::functional::hinge_embedding_loss;
using nn::functional::margin_ranking_loss;
using nn::functional::multi_margin_loss;
using nn::functional::multilabel_margin_loss;
using nn::functional::poisson_nll_loss;
using nn::functional::soft_margin_loss;
using nn::functional::triplet_margin_loss;

}  // namespace tandem
