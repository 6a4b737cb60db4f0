// Losses and stateless layers, composed of ops.
#include "nn/functional.h"

#include "core/ops/compare.h"
#include "core/ops/factories.h"
#include "core/ops/indexing.h"
#include "core/ops/mixed_precision.h"

namespace tandem::nn::functional {

namespace {

Tensor reduce(const Tensor& losses, Reduction reduction) {
  check(reduction != kBatchMean, "batchmean is a reduction of kl_div only");
  if (reduction == kNone) return losses;
  return reduction == kMean ? losses.mean() : losses.sum();
}

template <class Rule>
Tensor pointwise(const char* name, const Rule& rule, const Tensor& input, const Tensor& target) {
  check(input.defined() && target.defined() && input.sizes() == target.sizes(), name,
        ": the input ", input.describe(), " and the target ", target.describe(),
        " must have one shape");
  return elementwise(rule, input, target);
}

/// One line per row of labels: log-probabilities [rows, classes].
Tensor rows_of(const Tensor& x) {
  if (x.dim() == 1) return x.unsqueeze(0);
  if (x.dim() == 2) return x;
  std::int64_t places = 1;
  for (std::int64_t d = 2; d < x.dim(); ++d) places *= x.size(d);
  const Tensor moved = x.reshape({x.size(0), x.size(1), places}).transpose(1, 2);
  return moved.reshape({x.size(0) * places, x.size(1)});
}

Tensor unflattened(const Tensor& losses, const Tensor& labels) {
  return losses.reshape(labels.sizes());
}

void check_labels(const char* op, const Tensor& input, const Tensor& target) {
  check(input.dim() >= 1 && input.is_floating_point(), op,
        ": the input must be floating-point with a class dimension, got ", input.describe());
  Shape expected = input.sizes();
  expected.erase(expected.rank() == 1 ? 0 : 1);
  check(target.dtype() == kInt64 && target.sizes() == expected, op, ": the labels ",
        target.describe(), " must be int64 of shape ", expected, " for the input ",
        input.describe());
}

void check_range(const char* op, const Tensor& labels, std::int64_t classes,
                 std::int64_t ignore_index) {
  const NoGradGuard guard;
  const Tensor wrong =
      logical_and(labels != ignore_index, logical_or(labels < 0, labels >= classes));
  if (labels.numel() == 0 || !any(wrong).item<bool>()) return;
  fail<IndexError>(op, ": label ", masked_select(labels, wrong)[0].item<std::int64_t>(),
                   " is outside [0, ", classes, ") and is not ignore_index ", ignore_index);
}

void check_weight(const char* op, const Tensor& weight, const Tensor& rows) {
  check(!weight.defined() || (weight.dim() == 1 && weight.size(0) == rows.size(1)), op,
        ": the weight ", weight.describe(), " must have one element for each of the ", rows.size(1),
        " classes");
}

/// Sum, or mean weighted by what counted.
Tensor reduce_weighted(const Tensor& losses, const Tensor& weights, const Tensor& labels,
                       Reduction reduction) {
  if (reduction == kNone) return unflattened(losses, labels);
  return reduction == kSum ? losses.sum() : losses.sum() / weights.sum();
}

/// Losses from log-probabilities [rows, classes] and labels [rows], with weights, ignoring and
/// smoothing.
Tensor from_log_probabilities(const char* op, const Tensor& rows, const Tensor& target,
                              const CrossEntropyOptions& options) {
  // Counts and sums over many rows do not fit into 16 bits.
  if (is_half(rows.dtype()))
    return mixed::from_float32(
        from_log_probabilities(op, mixed::to_compute_dtype(rows), target, options), rows.dtype());
  check_weight(op, options.weight, rows);
  const std::int64_t classes = rows.size(1);
  const Tensor labels = target.reshape({-1});
  check_range(op, labels, classes, options.ignore_index);
  const Tensor valid = labels != options.ignore_index;
  const Tensor safe = tandem::where(valid, labels, 0);
  const Tensor counts = valid.to(rows.dtype());
  const Tensor weights =
      options.weight.defined() ? options.weight.index_select(0, safe) * counts : counts;
  const auto masked = [&](const Tensor& x) { return tandem::where(valid, x, 0); };
  const Tensor own = masked(-rows.gather(1, safe.unsqueeze(1)).squeeze(1)) * weights;
  const double smoothing = options.label_smoothing;
  if (smoothing == 0) return reduce_weighted(own, weights, target, options.reduction);
  const Tensor spread = masked(-(options.weight.defined() ? rows * options.weight : rows).sum(1));
  const Tensor losses = own * (1 - smoothing) + spread * (smoothing / static_cast<double>(classes));
  return reduce_weighted(losses, weights, target, options.reduction);
}

/// Cross-entropy against a distribution over the classes.
Tensor from_probabilities(const Tensor& input, const Tensor& target,
                          const CrossEntropyOptions& options) {
  check(input.dim() >= 1 && input.sizes() == target.sizes(), "cross_entropy: the input ",
        input.describe(), " and the target probabilities ", target.describe(),
        " must have one shape");
  if (is_half(input.dtype()))
    return mixed::from_float32(from_probabilities(mixed::to_compute_dtype(input), target, options),
                               input.dtype());
  const Tensor log_p = rows_of(input).log_softmax(1);
  check_weight("cross_entropy", options.weight, log_p);
  Tensor p = rows_of(target);
  if (options.label_smoothing > 0)
    p = p * (1 - options.label_smoothing) +
        options.label_smoothing / static_cast<double>(log_p.size(1));
  const Tensor terms = options.weight.defined() ? log_p * p * options.weight : log_p * p;
  const Tensor losses = -terms.sum(1);
  if (options.reduction == kMean) return losses.sum() / static_cast<double>(losses.numel());
  if (options.reduction == kSum) return losses.sum();
  Shape shape = input.sizes();
  shape.erase(shape.rank() == 1 ? 0 : 1);
  return losses.reshape(shape);
}

}  // namespace

Tensor mse_loss(const Tensor& input, const Tensor& target, Reduction reduction) {
  return reduce(pointwise("mse_loss", rules::SquaredError{}, input, target), reduction);
}
Tensor l1_loss(const Tensor& input, const Tensor& target, Reduction reduction) {
  return reduce(pointwise("l1_loss", rules::AbsoluteError{}, input, target), reduction);
}
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, Reduction reduction, double beta) {
  check(beta >= 0, "smooth_l1_loss: beta must not be negative, got ", beta);
  return reduce(pointwise("smooth_l1_loss", rules::SmoothL1{beta}, input, target), reduction);
}
Tensor huber_loss(const Tensor& input, const Tensor& target, Reduction reduction, double delta) {
  check(delta > 0, "huber_loss: delta must be positive, got ", delta);
  return reduce(pointwise("huber_loss", rules::Huber{delta}, input, target), reduction);
}
Tensor kl_div(const Tensor& input, const Tensor& target, Reduction reduction) {
  const Tensor losses = pointwise("kl_div", rules::KlDivergence{}, input, target);
  if (reduction != kBatchMean) return reduce(losses, reduction);
  check(input.dim() > 0, "kl_div: batchmean needs a first dimension, got ", input.describe());
  return losses.sum() / static_cast<double>(input.size(0));
}

Tensor binary_cross_entropy(const Tensor& input, const Tensor& target, const Tensor& weight,
                            Reduction reduction) {
  const Tensor losses =
      pointwise("binary_cross_entropy", rules::BinaryCrossEntropy{}, input, target);
  return reduce(weight.defined() ? losses * weight : losses, reduction);
}

Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                        const Tensor& weight, Reduction reduction,
                                        const Tensor& pos_weight) {
  Tensor losses = pointwise("binary_cross_entropy_with_logits",
                            rules::BinaryCrossEntropyWithLogits{}, input, target);
  // t counts `pos_weight` times: the extra is (pos_weight - 1) t softplus(-z).
  if (pos_weight.defined()) losses = losses - (pos_weight - 1) * target * logsigmoid(input);
  return reduce(weight.defined() ? losses * weight : losses, reduction);
}

Tensor cross_entropy(const Tensor& input, const Tensor& target,
                     const CrossEntropyOptions& options) {
  check(input.defined() && target.defined(), "cross_entropy: an operand is an undefined tensor");
  check(options.label_smoothing >= 0 && options.label_smoothing <= 1,
        "cross_entropy: label_smoothing must lie in [0, 1], got ", options.label_smoothing);
  if (target.is_floating_point()) return from_probabilities(input, target, options);
  check_labels("cross_entropy", input, target);
  if (options.weight.defined() || options.label_smoothing > 0)
    return from_log_probabilities("cross_entropy", rows_of(input).log_softmax(1), target, options);
  const Tensor labels = target.reshape({-1});
  if (options.reduction == kMean)
    return cross_entropy_mean(rows_of(input), labels, options.ignore_index);
  const Tensor losses = cross_entropy_rows(rows_of(input), labels, options.ignore_index);
  return options.reduction == kNone ? unflattened(losses, target) : losses.sum();
}

Tensor nll_loss(const Tensor& input, const Tensor& target, const CrossEntropyOptions& options) {
  check(input.defined() && target.defined(), "nll_loss: an operand is an undefined tensor");
  check_labels("nll_loss", input, target);
  CrossEntropyOptions plain = options;
  plain.label_smoothing = 0;
  return from_log_probabilities("nll_loss", rows_of(input), target, plain);
}

Tensor dropout(const Tensor& input, double p, bool training) {
  return tandem::dropout(input, p, training);
}

Tensor embedding(const Tensor& indices, const Tensor& weight) {
  check(indices.defined() && is_integral(indices.dtype()),
        "embedding: the indices must be integers, got ", indices.describe());
  check(weight.defined() && weight.dim() == 2,
        "embedding: the weight must be [count, features], got ", weight.describe());
  Shape shape = indices.sizes();
  shape.push_back(weight.size(1));
  return weight.index_select(0, indices.reshape({-1})).reshape(shape);
}

Tensor layer_norm(const Tensor& input, const Shape& shape, const Tensor& weight, const Tensor& bias,
                  double eps) {
  Shape dims;
  const int offset = input.sizes().rank() - shape.rank();
  bool fits = offset >= 0 && shape.rank() > 0;
  for (int d = 0; fits && d < shape.rank(); ++d) {
    fits = input.sizes()[d + offset] == shape[d];
    dims.push_back(d + offset);
  }
  check(fits, "layer_norm: the shape ", shape, " does not fit the last dimensions of ",
        input.describe());
  if (is_half(input.dtype()))
    return mixed::from_float32(layer_norm(mixed::to_compute_dtype(input), shape, weight, bias, eps),
                               input.dtype());
  const Tensor centred = input - input.mean(dims, true);
  Tensor out = centred * rsqrt(square(centred).mean(dims, true) + eps);
  if (weight.defined()) out = out * weight;
  return bias.defined() ? out + bias : out;
}

}  // namespace tandem::nn::functional
