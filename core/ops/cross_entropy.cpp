// Cross-entropy on class labels, forward and backward.
#include "core/ops/cross_entropy.h"

#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/ops/elementwise.h"
#include "core/ops/indexing.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/reduce.h"
#include "core/ops/softmax.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

/// softmax - one_hot on the tape; 0 for ignored rows.
Tensor differentiable_gradient(const Tensor& logits, const Tensor& labels,
                               std::int64_t ignore_index) {
  const Tensor valid = labels != ignore_index;
  const Tensor hits = one_hot(where(valid, labels, 0), logits.size(1)).to(logits.dtype());
  return (softmax(logits, 1) - hits) * valid.to(logits.dtype()).unsqueeze(1);
}

/// What the nodes below kept, or the same on the tape where that is asked for.
Tensor gradient_of(const BackwardContext& pass, std::int64_t ignore_index) {
  return is_grad_enabled() ? differentiable_gradient(pass.saved(0), pass.saved(1), ignore_index)
                           : pass.saved(2);
}

struct Rows {
  Tensor losses;    ///< [rows]
  Tensor gradient;  ///< [rows, classes], if asked for
};

Rows compute(const Tensor& logits, const Tensor& labels, std::int64_t ignore_index,
             bool with_gradient) {
  check(logits.dim() == 2 && logits.is_floating_point(),
        "cross_entropy: logits must be floating-point [rows, classes], got ", logits.describe());
  check(labels.dim() == 1 && labels.dtype() == kInt64 && labels.size(0) == logits.size(0) &&
            labels.device() == logits.device(),
        "cross_entropy: labels ", labels.describe(),
        " must be int64, one for each row of the logits ", logits.describe());
  const Tensor x = logits.contiguous(), at = labels.contiguous();
  Rows rows{make_tensor({x.size(0)}, x.dtype(), x.device()), {}};
  if (with_gradient) rows.gradient = make_tensor(x.sizes(), x.dtype(), x.device());
  if (x.size(0) > 0)
    backend_for(x).run(CrossEntropyCall{x.dtype(), x.size(0), x.size(1), ignore_index, x.raw_data(),
                                        static_cast<const std::int64_t*>(at.raw_data()),
                                        rows.losses.raw_data(),
                                        with_gradient ? rows.gradient.raw_data() : nullptr});
  return rows;
}

}  // namespace

Tensor cross_entropy_rows(const Tensor& given, const Tensor& labels, std::int64_t ignore_index) {
  const Tensor logits = mixed::needs_float32(given) ? mixed::to_compute_dtype(given) : given;
  const bool recorded = autograd::records(logits);
  const Rows rows = compute(logits, labels, ignore_index, recorded);
  if (recorded)
    autograd::record(rows.losses, "cross_entropy", {logits}, {logits, labels, rows.gradient},
                     [ignore_index](BackwardContext& pass) {
                       // An ignored row passes nothing on, not even a gradient that is nan.
                       const Tensor grad = where(pass.saved(1) != ignore_index, pass.grad(), 0);
                       pass.set(0, gradient_of(pass, ignore_index) * grad.unsqueeze(1));
                     });
  return rows.losses;
}

Tensor cross_entropy_mean(const Tensor& given, const Tensor& labels, std::int64_t ignore_index) {
  const Tensor logits = mixed::needs_float32(given) ? mixed::to_compute_dtype(given) : given;
  const bool recorded = autograd::records(logits);
  const Rows rows = compute(logits, labels, ignore_index, recorded);
  const Tensor total = mixed::to_compute_dtype(rows.losses).sum();
  const Tensor count = (labels != ignore_index).sum().to(total.dtype());
  const Tensor mean = (total / count).to(logits.dtype());
  if (recorded)
    autograd::record(mean, "cross_entropy", {logits}, {logits, labels, rows.gradient, count},
                     [ignore_index](BackwardContext& pass) {
                       // Of a mean over nothing, which is nan, all rows are ignored ones.
                       const Tensor share =
                           mixed::to_compute_dtype(pass.grad()) / pass.saved(3).clamp(1);
                       pass.set(0, gradient_of(pass, ignore_index) * share.to(pass.grad().dtype()));
                     });
  return mean;
}

}  // namespace tandem
