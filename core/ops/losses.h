// Losses, as torch.nn.functional has them: one backend call forward and one backward, whatever the
// reduction.
#pragma once

#include "core/base/reduction.h"
#include "core/tensor/tensor.h"

namespace tandem {

namespace detail {
/// Losses of elements as they are, their mean or their sum; another reduction throws, naming `op`.
Tensor reduced_losses(const char* op, const Tensor& losses, Reduction reduction);
}  // namespace detail

/// Pointwise losses take a prediction and a target of one shape and throw if the shapes differ. The
/// mean over nothing is nan.
Tensor mse_loss(const Tensor& input, const Tensor& target, Reduction reduction = kMean);
Tensor l1_loss(const Tensor& input, const Tensor& target, Reduction reduction = kMean);
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, Reduction reduction = kMean,
                      double beta = 1);
Tensor huber_loss(const Tensor& input, const Tensor& target, Reduction reduction = kMean,
                  double delta = 1);
/// input: probabilities. Logs are clamped at -100, as in PyTorch.
Tensor binary_cross_entropy(const Tensor& input, const Tensor& target, const Tensor& weight = {},
                            Reduction reduction = kMean);
/// input: logits. `weight` scales the elements, `pos_weight` the positive part; both broadcast.
Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                        const Tensor& weight = {}, Reduction reduction = kMean,
                                        const Tensor& pos_weight = {});
/// input: log-probabilities; target: probabilities, or with log_target their logarithms.
Tensor kl_div(const Tensor& input, const Tensor& target, Reduction reduction = kMean,
              bool log_target = false);

struct CrossEntropyOptions {
  Tensor weight = {};                ///< one factor for each class
  std::int64_t ignore_index = -100;  ///< rows with this label count nothing
  Reduction reduction = kMean;       ///< the mean is weighted by the labels' weights
  double label_smoothing = 0;        ///< in [0, 1]
};
/// -log softmax(input)[label]. input: [classes], [rows, classes] or [rows, classes, ...]; target:
/// int64 labels without the class dimension, or probabilities of input's shape. A label outside [0,
/// classes) that is not ignore_index throws IndexError.
Tensor cross_entropy(const Tensor& input, const Tensor& target,
                     const CrossEntropyOptions& options = {});
/// As cross_entropy with labels, for log-probabilities.
Tensor nll_loss(const Tensor& input, const Tensor& target, const CrossEntropyOptions& options = {});

}  // namespace tandem
