// Pointwise losses, forward and backward.
#include "core/ops/losses.h"

#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/ops/elementwise.h"
#include "core/ops/op_info.h"
#include "core/ops/reduce.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

/// A loss of LossOps over tensors of one shape, summed and divided by `divisor`.
struct SummedLoss {
  ElementwiseCall op;
  double divisor;

  LoopPlan plan(const Tensor& out, const Tensor& a, const Tensor& b) const {
    const Shape repeated = Shape::filled(a.sizes().rank(), 0);
    return plan_loop(
        a.sizes(), {out.defined() ? out.strides() : repeated, a.strides(), b.strides(), repeated});
  }

  Tensor forward(const Tensor& a, const Tensor& b) const {
    Tensor out = make_tensor({}, a.dtype(), a.device());
    backend_for(out).run(
        LossCall{op, plan({}, a, b), input_of(a), input_of(b), divisor, output_of(out)});
    return out;
  }

  Tensor gradient(int side, BackwardContext& pass) const {
    const Tensor a = pass.saved(0), b = pass.saved(1);
    if (is_grad_enabled())
      return (divisor == 1 ? pass.grad() : pass.grad() / divisor) *
             binary_info(op.id).derivative[side](op.parameters, a, b);
    const void* grad = pass.grad_is_one() ? nullptr : pass.grad().raw_data();
    Tensor out = make_tensor(a.sizes(), a.dtype(), a.device());
    if (out.numel() > 0)
      backend_for(out).run(LossBackwardCall{op, side, plan(out, a, b), input_of(a), input_of(b),
                                            grad, divisor, output_of(out)});
    return out;
  }
};

Tensor summed(const SummedLoss& loss, const Tensor& input, const Tensor& target) {
  const BinaryInfo& info = binary_info(loss.op.id);
  Operand a = input, b = target;
  prepare_operands(info, a, b);
  Tensor out = loss.forward(a.tensor, b.tensor);
  if (autograd::records(a.tensor, b.tensor))
    autograd::record(out, info.name, {a.tensor, b.tensor}, {a.tensor, b.tensor},
                     [loss](BackwardContext& pass) {
                       for (int side : {0, 1})
                         if (pass.needs(side)) pass.set(side, loss.gradient(side, pass));
                     });
  return out;
}

void check_operands(const char* name, const Tensor& input, const Tensor& target) {
  check(input.defined() && target.defined() && input.sizes() == target.sizes(), name,
        ": the target size ", target.defined() ? target.sizes() : Shape(),
        " must be the same as input size ", input.defined() ? input.sizes() : Shape(), ", got ",
        target.describe(), " and ", input.describe());
}

template <class Rule> Tensor pointwise(const char* name, const Rule& rule, const Tensor& input,
                                       const Tensor& target, Reduction reduction) {
  check_operands(name, input, target);
  check_reduction(name, reduction);
  if (reduction == kNone) return elementwise(rule, input, target);
  const double divisor = reduction == kMean ? static_cast<double>(input.numel()) : 1;
  return summed({{LossOps::index_of<Rule>, parameters_of(rule)}, divisor}, input, target);
}

}  // namespace

Tensor detail::reduced_losses(const char* op, const Tensor& losses, Reduction reduction) {
  check_reduction(op, reduction);
  if (reduction == kNone) return losses;
  return reduction == kMean ? losses.mean() : losses.sum();
}

Tensor mse_loss(const Tensor& input, const Tensor& target, Reduction reduction) {
  return pointwise("mse_loss", rules::SquaredError{}, input, target, reduction);
}
Tensor l1_loss(const Tensor& input, const Tensor& target, Reduction reduction) {
  return pointwise("l1_loss", rules::AbsoluteError{}, input, target, reduction);
}
Tensor smooth_l1_loss(const Tensor& input, const Tensor& target, Reduction reduction, double beta) {
  check(beta >= 0, "smooth_l1_loss: beta must not be negative, got ", beta);
  return pointwise("smooth_l1_loss", rules::SmoothL1{beta}, input, target, reduction);
}
Tensor huber_loss(const Tensor& input, const Tensor& target, Reduction reduction, double delta) {
  check(delta > 0, "huber_loss: delta must be positive, got ", delta);
  return pointwise("huber_loss", rules::Huber{delta}, input, target, reduction);
}
Tensor kl_div(const Tensor& input, const Tensor& target, Reduction reduction, bool log_target) {
  check_operands("kl_div", input, target);
  if (reduction == kBatchMean) {
    check(input.dim() > 0, "kl_div: batchmean needs a first dimension, got ", input.describe());
    return kl_div(input, target, kSum, log_target) / static_cast<double>(input.size(0));
  }
  if (log_target)
    return detail::reduced_losses("kl_div", exp(target) * (target - input), reduction);
  return pointwise("kl_div", rules::KlDivergence{}, input, target, reduction);
}

Tensor binary_cross_entropy(const Tensor& input, const Tensor& target, const Tensor& weight,
                            Reduction reduction) {
  constexpr const char* name = "binary_cross_entropy";
  const rules::BinaryCrossEntropy rule;
  // [n, 1] and [n] are one, as for libtorch.
  const bool same = input.defined() && target.defined() && input.sizes() != target.sizes() &&
                    input.squeeze().sizes() == target.squeeze().sizes();
  const Tensor labels = same ? target.reshape(input.sizes()) : target;
  if (!weight.defined()) return pointwise(name, rule, input, labels, reduction);
  return detail::reduced_losses(name, pointwise(name, rule, input, labels, kNone) * weight,
                                reduction);
}

Tensor binary_cross_entropy_with_logits(const Tensor& input, const Tensor& target,
                                        const Tensor& weight, Reduction reduction,
                                        const Tensor& pos_weight) {
  constexpr const char* name = "binary_cross_entropy_with_logits";
  const rules::BinaryCrossEntropyWithLogits rule;
  if (!weight.defined() && !pos_weight.defined())
    return pointwise(name, rule, input, target, reduction);
  Tensor losses = pointwise(name, rule, input, target, kNone);
  // t counts `pos_weight` times: the extra is (pos_weight - 1) t softplus(-z).
  if (pos_weight.defined()) losses = losses - (pos_weight - 1) * target * logsigmoid(input);
  return detail::reduced_losses(name, weight.defined() ? losses * weight : losses, reduction);
}

}  // namespace tandem
