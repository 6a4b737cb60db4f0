#include "core/ops/cross_entropy.h"

#include "core/autograd/node.h"
#include "core/backend.h"
#include "core/ops/elementwise.h"
#include "core/ops/indexing.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/reduce.h"
#include "core/tensor_impl.h"

namespace tandem {

using autograd::BackwardPass;

namespace {

/// softmax - one_hot on the tape; 0 for ignored rows.
Tensor differentiable_gradient(const Tensor& logits, const Tensor& labels,
                               std::int64_t ignore_index) {
  const Tensor valid = labels != ignore_index;
  const Tensor hits = one_hot(where(valid, labels, 0), logits.size(1)).to(logits.dtype());
  return (softmax(logits, 1) - hits) * valid.to(logits.dtype()).unsqueeze(1);
}

}  // namespace

Tensor cross_entropy_rows(const Tensor& given, const Tensor& given_labels,
                          std::int64_t ignore_index) {
  if (mixed::widens(given))
    return cross_entropy_rows(mixed::widened(given), given_labels, ignore_index);
  check(given.dim() == 2 && given.is_floating_point(),
        "cross_entropy: logits must be floating-point [rows, classes], got ", given.describe());
  check(given_labels.dim() == 1 && given_labels.dtype() == kInt64 &&
            given_labels.size(0) == given.size(0) && given_labels.device() == given.device(),
        "cross_entropy: labels ", given_labels.describe(),
        " must be int64, one for each row of the logits ", given.describe());
  const Tensor logits = given.contiguous(), labels = given_labels.contiguous();
  const bool recorded = autograd::records(logits);
  Tensor losses = make_tensor({logits.size(0)}, logits.dtype(), logits.device());
  Tensor gradient;
  if (recorded) gradient = make_tensor(logits.sizes(), logits.dtype(), logits.device());
  if (logits.size(0) > 0)
    backend_for(logits).cross_entropy(
        {logits.dtype(), logits.size(0), logits.size(1), ignore_index, logits.raw_data(),
         static_cast<const std::int64_t*>(labels.raw_data()), losses.raw_data(),
         recorded ? gradient.raw_data() : nullptr});
  if (recorded)
    autograd::record(losses, "cross_entropy", {logits}, {logits, labels, gradient},
                     [ignore_index](BackwardPass& pass) {
                       const Tensor slope =
                           is_grad_enabled()
                               ? differentiable_gradient(pass.saved(0), pass.saved(1), ignore_index)
                               : pass.saved(2);
                       // An ignored row passes nothing on, not even the nan of a mean over nothing.
                       const Tensor grad = where(pass.saved(1) != ignore_index, pass.grad(), 0);
                       pass.set(0, slope * grad.unsqueeze(1));
                     });
  return losses;
}

}  // namespace tandem
