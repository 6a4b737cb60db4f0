#include "core/ops/matmul.h"

#include <algorithm>

#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/op_info.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardPass;

namespace {

void check_product(const char* op, const Tensor& a, const Tensor& b) {
  check(a.defined() && b.defined(), op, ": an operand is an undefined tensor");
  check(a.dtype() == b.dtype() && a.device() == b.device(), op,
        ": operands must have one dtype and device, got ", a.describe(), " and ", b.describe());
  check(a.is_floating_point() || (a.device().is_cpu() && a.dtype() != DType::Bool), op, ": ",
        a.describe(), " has no matrix product");
}

/// A [batch, rows, columns] operand that gemm can read as it lies, or a copy that it can.
struct Matrix {
  Tensor tensor;
  bool transposed = false;
  std::int64_t leading = 1, stride = 0;

  explicit Matrix(const Tensor& given) : tensor(given) {
    if (!describe_layout()) {
      tensor = tensor.contiguous();
      describe_layout();
    }
  }

 private:
  bool describe_layout() {
    const Shape &shape = tensor.sizes(), &strides = tensor.strides();
    stride = shape[0] == 1 ? 0 : strides[0];
    if ((strides[2] == 1 || shape[2] == 1) && (strides[1] >= shape[2] || shape[1] == 1)) {
      transposed = false;
      leading = std::max(std::max<std::int64_t>(1, shape[2]), shape[1] == 1 ? 1 : strides[1]);
      return true;
    }
    if ((strides[1] == 1 || shape[1] == 1) && (strides[2] >= shape[1] || shape[2] == 1)) {
      transposed = true;
      leading = std::max(std::max<std::int64_t>(1, shape[1]), shape[2] == 1 ? 1 : strides[2]);
      return true;
    }
    return false;
  }
};

/// [b, m, n]·[b, n, k], where a batch of 1 repeats; off the tape.
Tensor batched_product(const Tensor& a, const Tensor& b) {
  const NoGradGuard guard;
  const Matrix left(a), right(b);
  const std::int64_t batch = std::max(a.size(0), b.size(0)), m = a.size(1), n = b.size(2),
                     k = a.size(2);
  Tensor out =
      make_tensor({a.size(0) == 0 || b.size(0) == 0 ? 0 : batch, m, n}, a.dtype(), a.device());
  if (out.numel() == 0) return out;
  backend_for(out).gemm({.dtype = a.dtype(),
                         .m = m,
                         .n = n,
                         .k = k,
                         .batch = out.size(0),
                         .transpose_a = left.transposed,
                         .transpose_b = right.transposed,
                         .a = left.tensor.raw_data(),
                         .b = right.tensor.raw_data(),
                         .c = out.raw_data(),
                         .lda = left.leading,
                         .ldb = right.leading,
                         .ldc = n,
                         .stride_a = left.stride,
                         .stride_b = right.stride,
                         .stride_c = m * n});
  return out;
}

/// A factor is kept only for the gradient of the other one.
const Tensor& kept_for(const Tensor& other, const Tensor& factor) {
  static const Tensor none;
  return other.requires_grad() ? factor : none;
}

/// The product of [b, m, n] and [b, n, k] on the tape, for equal batches or a batch of 1.
Tensor product(const char* op, const Tensor& a, const Tensor& b) {
  check(a.size(2) == b.size(1), op, ": inner sizes differ: ", a.size(2), " and ", b.size(1),
        " for shapes ", a.sizes(), " and ", b.sizes());
  Tensor out = batched_product(a, b);
  if (autograd::records(a, b))
    autograd::record(out, op, {a, b}, {kept_for(b, a), kept_for(a, b)},
                     [op, shape_a = a.sizes(), shape_b = b.sizes()](BackwardPass& pass) {
                       const Tensor a = pass.saved(0), b = pass.saved(1);
                       const Tensor& grad = pass.grad();
                       if (pass.needs(0))
                         pass.set(0, sum_to_size(product(op, grad, b.transpose(1, 2)), shape_a));
                       if (pass.needs(1))
                         pass.set(1, sum_to_size(product(op, a.transpose(1, 2), grad), shape_b));
                     });
  return out;
}

void check_ranks(const char* op, const Tensor& a, std::int64_t rank_a, const Tensor& b,
                 std::int64_t rank_b) {
  check(a.defined() && b.defined() && a.dim() == rank_a && b.dim() == rank_b, op,
        ": expected tensors of ", rank_a, " and ", rank_b, " dimensions, got ", a.describe(),
        " and ", b.describe());
}

void check_inner(const char* op, const Tensor& a, const Tensor& b, std::int64_t inner_a,
                 std::int64_t inner_b) {
  check(inner_a == inner_b, op, ": inner sizes ", inner_a, " and ", inner_b,
        " differ: ", a.describe(), " and ", b.describe());
}

/// Leading dimensions followed by two more.
Shape with_matrix(Shape leading, std::int64_t rows, std::int64_t columns) {
  leading.push_back(rows);
  leading.push_back(columns);
  return leading;
}

/// Both operands have at least two dimensions.
Tensor batched_matmul(const Tensor& a, const Tensor& b) {
  check_inner("matmul", a, b, a.size(-1), b.size(-2));
  const auto leading = [](const Tensor& x) {
    return Shape(x.sizes().data(), x.sizes().size() - 2);
  };
  check(broadcasts(leading(a), leading(b)), "matmul: the leading sizes of ", a.describe(), " and ",
        b.describe(), " do not broadcast");
  const Shape batch = broadcast_shapes("matmul", leading(a), leading(b));
  const Shape shape = with_matrix(batch, a.size(-2), b.size(-1));
  if (b.dim() == 2 && a.is_contiguous())  // one big product instead of a batch of small ones
    return product("matmul", a.reshape({1, leading(a).numel() * a.size(-2), a.size(-1)}),
                   b.unsqueeze(0))
        .reshape(shape);
  const auto flattened = [&](const Tensor& x) {
    const bool repeats = leading(x).numel() == 1;
    const Tensor whole = repeats ? x : x.expand(with_matrix(batch, x.size(-2), x.size(-1)));
    return whole.reshape({repeats ? 1 : batch.numel(), x.size(-2), x.size(-1)});
  };
  return product("matmul", flattened(a), flattened(b)).reshape(shape);
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b) {
  if (mixed::lowers(a) || mixed::lowers(b)) return matmul(mixed::lowered(a), mixed::lowered(b));
  check_product("matmul", a, b);
  check(a.dim() > 0 && b.dim() > 0, "matmul: operands need at least one dimension, got ",
        a.describe(), " and ", b.describe());
  if (a.dim() == 1 && b.dim() == 1) return dot(a, b);
  if (a.dim() == 1) {
    check_inner("matmul", a, b, a.size(0), b.size(-2));
    return batched_matmul(a.unsqueeze(0), b).squeeze(-2);
  }
  if (b.dim() == 1) {
    check_inner("matmul", a, b, a.size(-1), b.size(0));
    return batched_matmul(a, b.unsqueeze(1)).squeeze(-1);
  }
  return batched_matmul(a, b);
}

Tensor mm(const Tensor& a, const Tensor& b) {
  check_ranks("mm", a, 2, b, 2);
  return matmul(a, b);
}

Tensor bmm(const Tensor& a, const Tensor& b) {
  check_ranks("bmm", a, 3, b, 3);
  check(a.size(0) == b.size(0), "bmm: batch sizes differ: ", a.describe(), " and ", b.describe());
  return matmul(a, b);
}

Tensor mv(const Tensor& a, const Tensor& b) {
  check_ranks("mv", a, 2, b, 1);
  return matmul(a, b);
}

Tensor dot(const Tensor& a, const Tensor& b) {
  if (mixed::lowers(a) || mixed::lowers(b)) return dot(mixed::lowered(a), mixed::lowered(b));
  check_product("dot", a, b);
  check_ranks("dot", a, 1, b, 1);
  check_inner("dot", a, b, a.size(0), b.size(0));
  return product("dot", a.reshape({1, 1, a.size(0)}), b.reshape({1, b.size(0), 1})).reshape({});
}

Tensor addmm(const Tensor& input, const Tensor& a, const Tensor& b, Scalar beta, Scalar alpha) {
  check_ranks("addmm", a, 2, b, 2);
  check_inner("addmm", a, b, a.size(1), b.size(0));
  const Shape shape{a.size(0), b.size(1)};
  check(input.defined() && broadcasts(input.sizes(), shape) &&
            broadcast_shapes("addmm", input.sizes(), shape) == shape,
        "addmm: ", input.describe(), " does not broadcast to the product's shape ", shape);
  return mixed::lowered(input) * beta + mm(a, b) * alpha;
}

namespace {

/// What the tape keeps of activation(x wᵀ + b): x, w, b, and what the activation's slope reads.
enum Kept : std::size_t { input, weights, offsets, slope_input };

/// The gradient of z = x wᵀ + b as differentiable ops.
Tensor slope_gradient(const BackwardPass& pass, const ElementwiseCall& activation) {
  const UnaryInfo& info = unary_info(activation.id);
  // z has no place on the tape: it is computed again, from what has one.
  const Tensor saved = info.form == SlopeForm::from_output
                           ? pass.saved(slope_input)
                           : linear(pass.saved(input), pass.saved(weights),
                                    pass.has(offsets) ? pass.saved(offsets) : Tensor());
  return pass.grad() * info.derivative(activation.parameters, saved);
}

/// Gradients of linear_rows, from x: [rows, in] and weight: [out, in].
void linear_backward(BackwardPass& pass, const ElementwiseCall* activation, const Shape& shape_x,
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
    call.activation = activation;
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
  backend_for(grad).linear_backward(call);
}

/// linear on contiguous x: [rows, in]; activation may be null.
Tensor linear_rows(const Tensor& x, const Tensor& weight, const Tensor& bias,
                   const ElementwiseCall* activation) {
  const std::int64_t rows = x.size(0), in = x.size(1), out_features = weight.size(0);
  const Shape shape{rows, out_features};
  const bool recorded = autograd::records(x, weight, bias);
  const bool keeps_z =
      recorded && activation != nullptr && unary_info(activation->id).form == SlopeForm::from_input;
  const Tensor out = make_tensor(shape, x.dtype(), x.device());
  const Tensor z = keeps_z ? make_tensor(shape, x.dtype(), x.device()) : out;
  if (out.numel() > 0)
    backend_for(out).linear({.dtype = x.dtype(),
                             .rows = rows,
                             .in = in,
                             .out = out_features,
                             .x = x.raw_data(),
                             .weight = weight.raw_data(),
                             .bias = bias.defined() ? bias.raw_data() : nullptr,
                             .z = z.raw_data(),
                             .activation = activation,
                             .y = activation != nullptr ? out.raw_data() : nullptr});
  if (!recorded) return out;
  TensorList inputs{x, weight};
  if (bias.defined()) inputs.push_back(bias);
  if (activation == nullptr)
    autograd::record_list(out, "linear", inputs, {kept_for(weight, x), kept_for(x, weight)},
                          [shape_x = x.sizes(), shape_w = weight.sizes()](BackwardPass& pass) {
                            linear_backward(pass, nullptr, shape_x, shape_w);
                          });
  else
    autograd::record_list(
        out, "linear", inputs,
        {x, weight, bias, keeps_z ? autograd::Save(z) : autograd::output(out)},
        [call = *activation, shape_x = x.sizes(), shape_w = weight.sizes()](BackwardPass& pass) {
          linear_backward(pass, &call, shape_x, shape_w);
        });
  return out;
}

Tensor checked_linear(const Tensor& x, const Tensor& weight, const Tensor& bias,
                      const ElementwiseCall* activation) {
  if (mixed::lowers(x) || mixed::lowers(weight) || mixed::lowers(bias))
    return checked_linear(mixed::lowered(x), mixed::lowered(weight), mixed::lowered(bias),
                          activation);
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
  const Tensor out =
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
  const bool widens = info.float32_in_autocast && is_autocast_enabled();
  if (activation.id < ActivationOps::size && !widens &&
      (info.form == SlopeForm::from_input || info.form == SlopeForm::from_output))
    return checked_linear(x, weight, bias, &activation);
  return unary(activation.id, activation.parameters, checked_linear(x, weight, bias, nullptr));
}

}  // namespace tandem
