// Linear layers with and without an activation as one op, forward and backward.
#include "core/ops/linear.h"

#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/ops/matmul.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/op_info.h"
#include "core/ops/product_operands.h"
#include "core/ops/reduce.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

/// What the tape keeps of activation(x wᵀ + b): x, w, b, and what the activation's slope reads.
enum Kept : std::size_t { input, weights, offsets, slope_input };

/// The gradient of z = x wᵀ + b as differentiable ops.
Tensor slope_gradient(const BackwardContext& pass, const ElementwiseCall& activation) {
  const UnaryInfo& info = unary_info(activation.id);
  // z has no place on the tape: it is computed again, from what has one.
  const Tensor saved = info.form == SlopeForm::from_output
                           ? pass.saved(slope_input)
                           : linear(pass.saved(input), pass.saved(weights),
                                    pass.has(offsets) ? pass.saved(offsets) : Tensor());
  return passed_gradient(info.masks, pass.grad(),
                         info.derivative(activation.parameters, mixed::to_compute_dtype(saved)));
}

/// Gradients of linear_rows, from x: [rows, in] and weight: [out, in].
void linear_backward(BackwardContext& pass, const ElementwiseCall* activation, const Shape& shape_x,
                     const Shape& shape_w) {
  const bool bias_wanted = pass.has(offsets) && pass.needs(offsets);
  if (is_grad_enabled()) {
    const Tensor grad = activation == nullptr ? pass.grad() : slope_gradient(pass, *activation);
    if (pass.needs(input)) pass.set(input, matmul(grad, pass.saved(weights)));
    if (pass.needs(weights)) pass.set(weights, matmul(grad.t(), pass.saved(input)));
    if (bias_wanted) pass.set(offsets, grad.sum(0));
    return;
  }
  const Tensor grad = pass.grad().contiguous();
  const Tensor x = pass.needs(weights) ? pass.saved(input) : Tensor();
  const Tensor weight = pass.needs(input) ? pass.saved(weights) : Tensor();
  LinearBackwardCall call{
      .dtype = grad.dtype(), .rows = shape_x[0], .in = shape_x[1], .out = shape_w[0]};
  call.x = x.defined() ? x.raw_data() : nullptr;
  call.weight = weight.defined() ? weight.raw_data() : nullptr;
  call.grad = grad.raw_data();
  Tensor saved, grad_z;
  if (activation != nullptr) {
    saved = pass.saved(slope_input);
    grad_z = make_tensor(grad.sizes(), grad.dtype(), grad.device());
    call.activation = *activation;
    call.saved = saved.raw_data();
    call.grad_z = grad_z.raw_data();
  }
  const auto want = [&](std::size_t number, const Shape& shape) {
    const Tensor result = make_tensor(shape, grad.dtype(), grad.device());
    pass.set(number, result);
    return result.raw_data();
  };
  if (pass.needs(input)) call.grad_x = want(input, shape_x);
  if (pass.needs(weights)) call.grad_weight = want(weights, shape_w);
  if (bias_wanted) call.grad_bias = want(offsets, {shape_w[0]});
  backend_for(grad).run(call);
}

std::optional<ElementwiseCall> optional_of(const ElementwiseCall* activation) {
  return activation == nullptr ? std::nullopt : std::optional(*activation);
}

/// linear on contiguous x: [rows, in]; activation may be null.
Tensor linear_rows(const Tensor& x, const Tensor& weight, const Tensor& bias,
                   const ElementwiseCall* activation) {
  const std::int64_t rows = x.size(0), in = x.size(1), out_features = weight.size(0);
  const Shape shape{rows, out_features};
  const bool recorded = autograd::records(x, weight, bias);
  const bool keeps_z =
      recorded && activation != nullptr && unary_info(activation->id).form == SlopeForm::from_input;
  Tensor out = make_tensor(shape, x.dtype(), x.device());
  const Tensor z = keeps_z ? make_tensor(shape, x.dtype(), x.device()) : out;
  if (out.numel() > 0)
    backend_for(out).run(LinearCall{.dtype = x.dtype(),
                                    .rows = rows,
                                    .in = in,
                                    .out = out_features,
                                    .x = x.raw_data(),
                                    .weight = weight.raw_data(),
                                    .bias = bias.defined() ? bias.raw_data() : nullptr,
                                    .saved_for_backward = z.raw_data(),
                                    .activation = optional_of(activation),
                                    .y = activation != nullptr ? out.raw_data() : nullptr});
  if (!recorded) return out;
  const Tensor all[] = {x, weight, bias};
  const std::span inputs(all, bias.defined() ? 3 : 2);
  if (activation == nullptr)
    autograd::record_list(out, "linear", inputs, {kept_for(weight, x), kept_for(x, weight)},
                          [shape_x = x.sizes(), shape_w = weight.sizes()](BackwardContext& pass) {
                            linear_backward(pass, nullptr, shape_x, shape_w);
                          });
  else
    autograd::record_list(
        out, "linear", inputs,
        {x, weight, bias, keeps_z ? autograd::Save(z) : autograd::output(out)},
        [call = *activation, shape_x = x.sizes(), shape_w = weight.sizes()](BackwardContext& pass) {
          linear_backward(pass, &call, shape_x, shape_w);
        });
  return out;
}

Tensor checked_linear(const Tensor& x, const Tensor& weight, const Tensor& bias,
                      const ElementwiseCall* activation) {
  if (mixed::needs_autocast(x) || mixed::needs_autocast(weight) || mixed::needs_autocast(bias))
    return checked_linear(mixed::to_autocast_dtype(x), mixed::to_autocast_dtype(weight),
                          mixed::to_autocast_dtype(bias), activation);
  check_product("linear", x, weight);
  check(x.is_floating_point(), "linear: expected floating-point tensors, got ", x.describe());
  check(weight.dim() == 2 && x.dim() >= 1 && x.size(-1) == weight.size(1), "linear: the input ",
        x.describe(), " does not fit the weight ", weight.describe(), " [out, in]");
  if (bias.defined())
    check(bias.dim() == 1 && bias.size(0) == weight.size(0) && bias.dtype() == x.dtype() &&
              bias.device() == x.device(),
          "linear: the bias ", bias.describe(), " does not fit the weight ", weight.describe(),
          " and the input ", x.describe());
  Shape shape = x.sizes();
  shape[shape.rank() - 1] = 1;
  const Tensor flat = x.contiguous().reshape({shape.numel(), x.size(-1)});
  Tensor out =
      linear_rows(flat, weight.contiguous(), bias.defined() ? bias.contiguous() : bias, activation);
  shape[shape.rank() - 1] = weight.size(0);
  return out.reshape(shape);
}

}  // namespace

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  return checked_linear(x, weight, bias, nullptr);
}

Tensor detail::linear(const Tensor& x, const Tensor& weight, const Tensor& bias,
                      const ElementwiseCall& activation) {
  const UnaryInfo& info = unary_info(activation.id);
  const bool needs_float32 = info.float32_in_autocast && is_autocast_enabled();
  if (activation.id < ActivationOps::size && !needs_float32 &&
      (info.form == SlopeForm::from_input || info.form == SlopeForm::from_output))
    return checked_linear(x, weight, bias, &activation);
  return unary(activation.id, activation.parameters, checked_linear(x, weight, bias, nullptr));
}

}  // namespace tandem
