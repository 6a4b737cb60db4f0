// Cross-entropy against labels and against probabilities, forward and backward.
#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/indexing.h"
#include "core/ops/losses.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/reduce.h"
#include "core/ops/softmax.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

/// One line per label: [rows, classes].
Tensor rows_of(const Tensor& x) {
  if (x.dim() == 1) return x.unsqueeze(0);
  if (x.dim() == 2) return x;
  std::int64_t places = 1;
  for (int d = 2; d < x.sizes().rank(); ++d)
    places = checked_product("cross_entropy", places, x.sizes()[d], x.sizes());
  const Tensor moved = x.reshape({x.size(0), x.size(1), places}).transpose(1, 2);
  return moved.reshape({x.size(0) * places, x.size(1)});
}

/// The shape without the class dimension.
Shape label_shape(const Tensor& input) {
  Shape shape = input.sizes();
  shape.erase(shape.rank() == 1 ? 0 : 1);
  return shape;
}

void check_labels(const char* op, const Tensor& input, const Tensor& target) {
  check(input.dim() >= 1 && input.is_floating_point(), op,
        ": the input must be floating-point with a class dimension, got ", input.describe());
  check(target.dtype() == kInt64 && target.sizes() == label_shape(input) &&
            target.device() == input.device(),
        op, ": the labels ", target.describe(), " must be int64 of shape ", label_shape(input),
        " for the input ", input.describe());
}

void check_weight(const char* op, const Tensor& weight, const Tensor& rows) {
  check(!weight.defined() || (weight.dim() == 1 && weight.size(0) == rows.size(1) &&
                              weight.device() == rows.device()),
        op, ": the weight ", weight.describe(), " must have one element for each of the ",
        rows.size(1), " classes of ", rows.describe());
}

/// What the tape keeps.
enum Kept : std::size_t { logits, labels, weights, gradient, total_weight };

/// Cross-entropy of rows against labels: its options without tensors.
struct LabelLoss {
  bool log_probabilities;
  std::int64_t ignore_index;
  Reduction reduction;
  double smoothing;

  Tensor forward(const Tensor& x, const Tensor& target, const Tensor& weight, Tensor* gradient,
                 Tensor* total) const {
    const Shape shape = reduction == kNone ? Shape{x.size(0)} : Shape{};
    Tensor loss = make_tensor(shape, x.dtype(), x.device());
    *total = make_tensor({}, compute_dtype(x.dtype()), x.device());
    if (gradient != nullptr) *gradient = make_tensor(x.sizes(), x.dtype(), x.device());
    backend_for(loss).run(
        CrossEntropyCall{.dtype = x.dtype(),
                         .rows = x.size(0),
                         .classes = x.size(1),
                         .ignore_index = ignore_index,
                         .smoothing = smoothing,
                         .log_probabilities = log_probabilities,
                         .reduction = reduction,
                         .logits = x.raw_data(),
                         .labels = static_cast<const std::int64_t*>(target.raw_data()),
                         .weight = weight.defined() ? weight.raw_data() : nullptr,
                         .loss = loss.raw_data(),
                         .gradient = gradient != nullptr ? gradient->raw_data() : nullptr,
                         .total_weight = total->raw_data()});
    return loss;
  }

  void backward(BackwardContext& pass) const {
    if (is_grad_enabled()) return pass.set(logits, differentiable(pass));
    const Tensor rows = pass.saved(gradient), target = pass.saved(labels),
                 total = pass.saved(total_weight),
                 grad = pass.grad_is_one() ? Tensor() : pass.grad().contiguous();
    const Tensor out = make_tensor(rows.sizes(), rows.dtype(), rows.device());
    if (out.numel() > 0)
      backend_for(out).run(
          CrossEntropyBackwardCall{.dtype = rows.dtype(),
                                   .rows = rows.size(0),
                                   .classes = rows.size(1),
                                   .ignore_index = ignore_index,
                                   .reduction = reduction,
                                   .labels = static_cast<const std::int64_t*>(target.raw_data()),
                                   .gradient = rows.raw_data(),
                                   .total_weight = total.raw_data(),
                                   .grad_loss = grad.defined() ? grad.raw_data() : nullptr,
                                   .grad_logits = out.raw_data()});
    pass.set(logits, out);
  }

  /// The same as ops on the tape: with the target distribution q of each row,
  /// sum(q) softmax(logits) - q.
  Tensor differentiable(const BackwardContext& pass) const {
    const Tensor x = pass.saved(logits), target = pass.saved(labels);
    const std::int64_t classes = x.size(1);
    const Tensor counted = target != ignore_index, valid = counted.unsqueeze(1);
    const Tensor hits = one_hot(where(counted, target, 0), classes).to(x.dtype());
    const Tensor weight =
        pass.saved(weights).defined() ? pass.saved(weights) : ones({classes}, x.options());
    Tensor q = hits * weight * (1 - smoothing);
    if (smoothing != 0) q = q + weight * (smoothing / static_cast<double>(classes));
    const Tensor slopes = log_probabilities ? -q : softmax(x, 1) * q.sum(1, true) - q;
    Tensor grad = mixed::to_compute_dtype(pass.grad());
    if (reduction == kMean) grad = grad / pass.saved(total_weight);
    grad = grad.to(x.dtype());
    if (reduction == kNone) grad = grad.unsqueeze(1);
    // An ignored row passes nothing on, neither a gradient nor a slope that is infinite or nan.
    return where(valid, slopes * where(valid, grad, 0), 0);
  }
};

Tensor label_loss(const char* op, const Tensor& input, const Tensor& target,
                  const CrossEntropyOptions& options, bool log_probabilities) {
  check_labels(op, input, target);
  check_reduction(op, options.reduction);
  const Tensor wide = mixed::needs_float32(input) ? mixed::to_compute_dtype(input) : input;
  const Tensor x = rows_of(wide).contiguous(), at = target.reshape({-1}).contiguous();
  check_weight(op, options.weight, x);
  const Tensor weight =
      options.weight.defined() ? options.weight.detach().to(x.dtype()).contiguous() : Tensor();
  const LabelLoss loss{log_probabilities, options.ignore_index, options.reduction,
                       options.label_smoothing};
  const bool recorded = autograd::records(x);
  Tensor gradients, total;
  const Tensor out = loss.forward(x, at, weight, recorded ? &gradients : nullptr, &total);
  if (recorded)
    autograd::record(out, op, {x}, {x, at, weight, gradients, total},
                     [loss](BackwardContext& pass) { loss.backward(pass); });
  return options.reduction == kNone ? out.reshape(target.sizes()) : out;
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
  const Tensor log_p = log_softmax(rows_of(input), 1);
  check_weight("cross_entropy", options.weight, log_p);
  Tensor p = rows_of(target);
  if (options.label_smoothing > 0)
    p = p * (1 - options.label_smoothing) +
        options.label_smoothing / static_cast<double>(log_p.size(1));
  const Tensor terms = options.weight.defined() ? log_p * p * options.weight : log_p * p;
  const Tensor losses = -terms.sum(1);
  if (options.reduction == kMean) return losses.sum() / static_cast<double>(losses.numel());
  return options.reduction == kSum ? losses.sum() : losses.reshape(label_shape(input));
}

}  // namespace

Tensor cross_entropy(const Tensor& input, const Tensor& target,
                     const CrossEntropyOptions& options) {
  check(input.defined() && target.defined(), "cross_entropy: an operand is an undefined tensor");
  check(options.label_smoothing >= 0 && options.label_smoothing <= 1,
        "cross_entropy: label_smoothing must lie in [0, 1], got ", options.label_smoothing);
  return target.is_floating_point() ? from_probabilities(input, target, options)
                                    : label_loss("cross_entropy", input, target, options, false);
}

Tensor nll_loss(const Tensor& input, const Tensor& target, const CrossEntropyOptions& options) {
  check(input.defined() && target.defined(), "nll_loss: an operand is an undefined tensor");
  CrossEntropyOptions plain = options;
  plain.label_smoothing = 0;
  return label_loss("nll_loss", input, target, plain, true);
}

}  // namespace tandem
