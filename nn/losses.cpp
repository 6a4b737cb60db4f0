// Losses composed of ops.
#include "nn/losses.h"

#include <cmath>

#include "core/ops/factories.h"
#include "core/ops/pointwise.h"
#include "core/ops/scatter.h"
#include "core/ops/statistics.h"

namespace tandem::nn::functional {

namespace {

/// [rows, classes] of [classes], too.
Tensor as_rows(const char* op, const Tensor& input) {
  check((input.dim() == 1 || input.dim() == 2) && input.is_floating_point(), op,
        ": expected [classes] or [rows, classes], got ", input.describe());
  return input.dim() == 1 ? input.unsqueeze(0) : input;
}

/// Throws unless all labels lie in [0, classes).
void check_labels(const char* op, const Tensor& labels, std::int64_t classes) {
  if (labels.numel() == 0) return;
  for (const std::int64_t label :
       {labels.min().item<std::int64_t>(), labels.max().item<std::int64_t>()})
    check<IndexError>(label >= 0 && label < classes, op, ": the label ", label,
                      " is out of range for ", classes, " classes");
}

}  // namespace

Tensor hinge_embedding_loss(const Tensor& input, const Tensor& y,
                            const HingeEmbeddingLossOptions& options) {
  const Tensor below = relu(options.margin() - input);
  return tandem::detail::reduced_losses("hinge_embedding_loss",
                                        where(y != 1, below, 0) + where(y != -1, input, 0),
                                        options.reduction());
}

Tensor margin_ranking_loss(const Tensor& input1, const Tensor& input2, const Tensor& y,
                           const MarginRankingLossOptions& options) {
  check(input1.dim() == input2.dim() && input1.dim() == y.dim(),
        "margin_ranking_loss: expected equal ranks, got ", input1.describe(), ", ",
        input2.describe(), " and ", y.describe());
  return tandem::detail::reduced_losses(
      "margin_ranking_loss", relu(-y * (input1 - input2) + options.margin()), options.reduction());
}

Tensor cosine_embedding_loss(const Tensor& input1, const Tensor& input2, const Tensor& y,
                             const CosineEmbeddingLossOptions& options) {
  check(input1.dim() == y.dim() + 1 && input2.dim() == y.dim() + 1 && y.dim() <= 1,
        "cosine_embedding_loss: ", input1.describe(), " and ", input2.describe(),
        " do not fit the target ", y.describe());
  constexpr double eps = 1e-12;
  const Tensor dot = sum(input1 * input2, {-1});
  const Tensor squares = (sum(square(input1), {-1}) + eps) * (sum(square(input2), {-1}) + eps);
  const Tensor cosine = dot / sqrt(squares);
  const Tensor losses =
      where(y == 1, 1 - cosine, 0) + where(y == -1, relu(cosine - options.margin()), 0);
  return tandem::detail::reduced_losses("cosine_embedding_loss", losses, options.reduction());
}

Tensor soft_margin_loss(const Tensor& input, const Tensor& y,
                        const SoftMarginLossOptions& options) {
  return tandem::detail::reduced_losses("soft_margin_loss", -logsigmoid(y * input),
                                        options.reduction());
}

Tensor multi_margin_loss(const Tensor& input, const Tensor& labels,
                         const MultiMarginLossOptions& options) {
  const Tensor rows = as_rows("multi_margin_loss", input), label = labels.reshape({-1});
  const std::int64_t classes = rows.size(1);
  check(label.numel() == rows.size(0) && labels.dim() <= 1, "multi_margin_loss: the labels ",
        labels.describe(), " do not fit ", input.describe());
  check(options.p() == 1 || options.p() == 2, "multi_margin_loss: p must be 1 or 2, got ",
        options.p());
  check_labels("multi_margin_loss", label, classes);
  const Tensor own = label.unsqueeze(1);
  Tensor margins = relu(options.margin() - gather(rows, 1, own) + rows);
  if (options.p() == 2) margins = square(margins);
  if (options.weight().defined())
    margins = margins * options.weight().index_select(0, label).unsqueeze(1);
  const Tensor others = scatter(ones(rows.sizes(), rows.options().dtype(kBool)), 1, own, false);
  const Tensor losses = sum(where(others, margins, 0), {1}) / classes;
  return tandem::detail::reduced_losses("multi_margin_loss", losses.reshape(labels.sizes()),
                                        options.reduction());
}

Tensor multilabel_margin_loss(const Tensor& input, const Tensor& labels,
                              const MultiLabelMarginLossOptions& options) {
  const Tensor rows = as_rows("multilabel_margin_loss", input);
  check(labels.sizes() == input.sizes(), "multilabel_margin_loss: the labels ", labels.describe(),
        " do not fit ", input.describe());
  const std::int64_t classes = rows.size(1);
  const Tensor given = labels.reshape(rows.sizes());
  const Tensor counts = cumprod((given >= 0).to(kInt64), 1);  // 1 up to the first negative one
  const Tensor label = given * counts;
  check_labels("multilabel_margin_loss", label, classes);
  const Tensor is_label = scatter_add(zeros_like(counts), 1, label, counts) > 0;
  // [rows, label, class]
  const Tensor margins = relu(1 - gather(rows, 1, label).unsqueeze(2) + rows.unsqueeze(1));
  const Tensor counted = logical_and((counts > 0).unsqueeze(2), logical_not(is_label).unsqueeze(1));
  Shape shape = input.sizes();
  shape.erase(shape.rank() - 1);
  return tandem::detail::reduced_losses(
      "multilabel_margin_loss", (sum(where(counted, margins, 0), {1, 2}) / classes).reshape(shape),
      options.reduction());
}

Tensor multilabel_soft_margin_loss(const Tensor& input, const Tensor& target,
                                   const MultiLabelSoftMarginLossOptions& options) {
  const Tensor losses =
      tandem::binary_cross_entropy_with_logits(input, target, options.weight(), kNone);
  return tandem::detail::reduced_losses("multilabel_soft_margin_loss", mean(losses, {-1}),
                                        options.reduction());
}

Tensor poisson_nll_loss(const Tensor& input, const Tensor& target,
                        const PoissonNLLLossOptions& options) {
  Tensor losses = options.log_input() ? exp(input) - target * input
                                      : input - target * log(input + options.eps());
  if (options.full()) {
    const Tensor counted = where(target > 1, target, 1);
    const Tensor stirling = counted * log(counted) - counted + log(counted * (2 * math::pi)) * 0.5;
    losses = losses + where(target > 1, stirling, 0);
  }
  return tandem::detail::reduced_losses("poisson_nll_loss", losses, options.reduction());
}

Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletMarginLossOptions& options) {
  const auto distance = [&](const Tensor& a, const Tensor& b) {
    return pairwise_distance(a, b, options.p(), options.eps());
  };
  return triplet_margin_with_distance_loss(anchor, positive, negative,
                                           TripletMarginWithDistanceLossOptions()
                                               .distance_function(distance)
                                               .margin(options.margin())
                                               .swap(options.swap())
                                               .reduction(options.reduction()));
}

Tensor triplet_margin_with_distance_loss(const Tensor& anchor, const Tensor& positive,
                                         const Tensor& negative,
                                         const TripletMarginWithDistanceLossOptions& options) {
  const auto distance = options.distance_function().value_or(
      [](const Tensor& a, const Tensor& b) { return pairwise_distance(a, b); });
  Tensor far = distance(anchor, negative);
  if (options.swap()) far = minimum(far, distance(positive, negative));
  return tandem::detail::reduced_losses("triplet_margin_loss",
                                        relu(distance(anchor, positive) - far + options.margin()),
                                        options.reduction());
}

}  // namespace tandem::nn::functional
