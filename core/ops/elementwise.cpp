// Forward and backward of every elementwise op. The rules decide; nothing here knows one by name.
#include "core/ops/elementwise.h"

#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/ops/factories.h"
#include "core/ops/inplace.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/op_info.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

DType result_type(const Operand& a, const Operand& b) {
  const auto rank_of = [](const Operand& x) {
    return !x.is_tensor() ? 0 : (x.tensor.dim() == 0 ? 1 : 2);
  };
  const auto kind_of = [](DType dtype) {
    return dtype == DType::Bool ? 0 : (is_floating_point(dtype) ? 2 : 1);
  };
  const auto type_of = [](const Operand& x) {
    if (x.is_tensor()) return x.tensor.dtype();
    return is_floating_point(x.scalar.dtype()) ? get_default_dtype() : x.scalar.dtype();
  };
  const DType x = type_of(a), y = type_of(b);
  if (rank_of(a) != rank_of(b)) {
    const bool a_leads = rank_of(a) > rank_of(b);
    const DType leading = a_leads ? x : y, other = a_leads ? y : x;
    if (kind_of(leading) >= kind_of(other)) return leading;
    return other;
  }
  return promote(x, y);
}

namespace {

void check_defined(const char* op, const Operand& x) {
  check(x.is_number || x.tensor.defined(), op, ": an operand is an undefined tensor");
}

void check_same_device(const char* op, const Tensor& a, const Tensor& b) {
  check(a.device() == b.device(), op, ": operands are on different devices: ", a.describe(),
        " and ", b.describe());
}

/// A plan over broadcast operands; one flat dimension where all are contiguous and of one shape. An
/// undefined input (a number) has stride 0.
LoopPlan make_loop_plan(const Tensor& out, std::initializer_list<const Tensor*> inputs) {
  bool flat = out.is_contiguous();
  for (const Tensor* input : inputs)
    flat = flat && input->defined() && input->impl()->contiguous &&
           input->impl()->shape == out.impl()->shape;
  if (flat) {
    LoopPlan plan;
    plan.operands = 1 + static_cast<int>(inputs.size());
    plan.numel = out.numel();
    plan.rank = 1;
    plan.sizes[0] = plan.numel;
    for (int i = 0; i < plan.operands; ++i) plan.strides[i][0] = 1;
    return plan;
  }
  const Shape& shape = out.sizes();
  const auto strides_of = [&](std::size_t i) {
    const Tensor& input = *inputs.begin()[i];
    if (!input.defined()) return Shape::filled(shape.rank(), 0);
    return broadcast_strides(input.sizes(), input.strides(), shape);
  };
  if (inputs.size() == 1) return plan_loop(shape, {out.strides(), strides_of(0)});
  if (inputs.size() == 2) return plan_loop(shape, {out.strides(), strides_of(0), strides_of(1)});
  return plan_loop(shape, {out.strides(), strides_of(0), strides_of(1), strides_of(2)});
}

Input input_from(const Operand& x, DType dtype) {
  if (x.tensor.defined()) return input_of(x.tensor);
  return {nullptr, dtype, x.scalar};
}

Tensor multiply(const Tensor& gradient, double factor) {
  if (factor == 0) return zeros_like(gradient);  // of a gradient that is nan, too
  return factor == 1 ? gradient : gradient * factor;
}

// ---- unary ----

Tensor unary_gradient(const UnaryInfo& info, const ElementwiseCall& call, const Tensor& saved,
                      const Tensor& grad) {
  if (is_grad_enabled())  // 16-bit operands are computed in float32, here as everywhere
    return passed_gradient(info.masks, grad,
                           info.derivative(call.parameters, mixed::to_compute_dtype(saved)));
  Tensor out = make_tensor(grad.sizes(), grad.dtype(), grad.device());
  if (out.numel() > 0)
    backend_for(out).run(UnaryBackwardCall{call, make_loop_plan(out, {&saved, &grad}),
                                           input_of(saved), input_of(grad), output_of(out)});
  return out;
}

void record_unary(const UnaryInfo& info, const ElementwiseCall& call, const Tensor& x,
                  const Tensor& out) {
  if (info.form == SlopeForm::constant) {
    autograd::record(out, info.name, {x}, {}, [&info](BackwardContext& pass) {
      pass.set(0, multiply(pass.grad(), info.constant_slope));
    });
    return;
  }
  const bool keeps_output = info.form == SlopeForm::from_output;
  autograd::record(out, info.name, {x}, {keeps_output ? autograd::output(out) : autograd::Save(x)},
                   [&info, call](BackwardContext& pass) {
                     pass.set(0, unary_gradient(info, call, pass.saved(0), pass.grad()));
                   });
}

/// What a rule's operands become: reals and, if it is a rule for them, integers stay as they are.
DType compute_type(bool integers, DType dtype) {
  return is_floating_point(dtype) || integers ? dtype : get_default_dtype();
}

/// The same, where autocast has a say.
template <class Info> DType operand_type(const Info& info, DType dtype) {
  if (is_half(dtype) && info.float32_in_autocast && is_autocast_enabled()) return DType::Float32;
  return compute_type(info.integers, dtype);
}

// ---- binary ----

/// The gradient of operand `side`, which has shape `own`. Operands that the tape did not keep are
/// undefined, and no slope reads them.
Tensor binary_gradient(const BinaryInfo& info, const ElementwiseCall& call, int side,
                       const Operand& a, const Operand& b, const Tensor& grad, const Shape& own) {
  if (info.constant_slopes) return sum_to_size(multiply(grad, info.slopes[side]), own);
  if (is_grad_enabled()) {
    const auto as_tensor = [&](const Operand& x) {
      if (!x.is_tensor())
        return scalar_tensor(x.scalar, grad.options().dtype(compute_dtype(grad.dtype())));
      return x.tensor.defined() ? mixed::to_compute_dtype(x.tensor) : x.tensor;
    };
    const Tensor slope = info.derivative[side](call.parameters, as_tensor(a), as_tensor(b));
    return sum_to_size(passed_gradient(info.masks, grad, slope), own);
  }
  const Tensor out = make_tensor(grad.sizes(), grad.dtype(), grad.device());
  if (out.numel() > 0)
    backend_for(out).run(BinaryBackwardCall{
        call, side, make_loop_plan(out, {&a.tensor, &b.tensor, &grad}), input_from(a, grad.dtype()),
        input_from(b, grad.dtype()), input_of(grad), output_of(out)});
  return sum_to_size(out, own);
}

void record_binary(const BinaryInfo& info, const ElementwiseCall& call, const Operand& a,
                   const Operand& b, const Tensor& out) {
  static const Tensor& none = *new Tensor;
  const auto wanted = [](const Operand& x) { return x.is_tensor() && x.tensor.requires_grad(); };
  const auto kept = [&](const Operand& own, const Operand& other) -> const Tensor& {
    return info.constant_slopes || (info.slopes_read_other_operand && !wanted(other)) ? none
                                                                                      : own.tensor;
  };
  // A number travels in the closure; as an input of the node it is an undefined tensor.
  const auto backward = [&info, call, number_a = a.is_number, number_b = b.is_number, x = a.scalar,
                         y = b.scalar, shape_a = a.is_number ? Shape() : a.tensor.sizes(),
                         shape_b =
                             b.is_number ? Shape() : b.tensor.sizes()](BackwardContext& pass) {
    const Operand left = number_a ? Operand(x) : Operand(pass.saved(0));
    const Operand right = number_b ? Operand(y) : Operand(pass.saved(1));
    if (pass.needs(0))
      pass.set(0, binary_gradient(info, call, 0, left, right, pass.grad(), shape_a));
    if (pass.needs(1))
      pass.set(1, binary_gradient(info, call, 1, left, right, pass.grad(), shape_b));
  };
  autograd::record(out, info.name, {a.tensor, b.tensor}, {kept(a, b), kept(b, a)}, backward);
  out.impl()->grad_fn->overload = a.is_number || b.is_number;
}

/// A number, whose tensor is undefined, records nothing.
bool records(const Operand& a, const Operand& b) { return autograd::records(a.tensor, b.tensor); }

/// Whether two tensors of one storage are walked over the same elements in the same order.
bool same_place(const Tensor& a, const Tensor& b) {
  return a.sizes() == b.sizes() && a.strides() == b.strides() &&
         a.storage_offset() == b.storage_offset();
}

Shape shape_of(const char* op, const Operand& a, const Operand& b) {
  if (!a.is_tensor()) return b.tensor.sizes();
  if (!b.is_tensor()) return a.tensor.sizes();
  return broadcast_shapes(op, a.tensor.sizes(), b.tensor.sizes());
}

void run_binary(const ElementwiseCall& call, DType dtype, const Operand& a, const Operand& b,
                const Tensor& out) {
  if (out.numel() > 0)
    backend_for(out).run(BinaryCall{call, make_loop_plan(out, {&a.tensor, &b.tensor}),
                                    input_from(a, dtype), input_from(b, dtype), output_of(out)});
}

}  // namespace

DType prepare_operands(const BinaryInfo& info, Operand& a, Operand& b) {
  check_defined(info.name, a);
  check_defined(info.name, b);
  if (a.is_tensor() && b.is_tensor()) check_same_device(info.name, a.tensor, b.tensor);
  const DType dtype = operand_type(info, result_type(a, b));
  if (a.is_tensor() && a.tensor.dtype() != dtype) a.tensor = a.tensor.to(dtype);
  if (b.is_tensor() && b.tensor.dtype() != dtype) b.tensor = b.tensor.to(dtype);
  // A number is compared as one of the tensor's dtype, which it must not leave.
  if (info.predicate)
    for (Operand* x : {&a, &b}) {
      if (x->is_tensor()) continue;
      if (is_integral(dtype)) check_fits(info.name, x->scalar, dtype);
      if (dtype == DType::Float16) x->scalar = x->scalar.to<Float16>();
      if (dtype == DType::BFloat16) x->scalar = x->scalar.to<BFloat16>();
    }
  return dtype;
}

namespace detail {

Tensor unary(int id, const RuleParameters& parameters, const Tensor& given) {
  const UnaryInfo& info = unary_info(id);
  check(given.defined(), info.name, ": the operand is an undefined tensor");
  const DType dtype = operand_type(info, given.dtype());
  // Handles are not copied without need: counting references would be a third of a small op.
  const Tensor converted = given.dtype() == dtype ? Tensor() : given.to(dtype);
  const Tensor& x = converted.defined() ? converted : given;
  const ElementwiseCall call{id, parameters};
  Tensor out = make_tensor(x.sizes(), info.predicate ? DType::Bool : dtype, x.device());
  if (out.numel() > 0)
    backend_for(out).run(UnaryCall{call, make_loop_plan(out, {&x}), input_of(x), output_of(out)});
  if (info.form != SlopeForm::none && autograd::records(x)) record_unary(info, call, x, out);
  return out;
}

Tensor binary(int id, const RuleParameters& parameters, Operand a, Operand b) {
  const BinaryInfo& info = binary_info(id);
  const DType dtype = prepare_operands(info, a, b);
  const ElementwiseCall call{id, parameters};
  const Tensor& any = a.is_tensor() ? a.tensor : b.tensor;
  Tensor out =
      make_tensor(shape_of(info.name, a, b), info.predicate ? DType::Bool : dtype, any.device());
  run_binary(call, dtype, a, b, out);
  if (info.differentiable && records(a, b)) record_binary(info, call, a, b, out);
  return out;
}

const Tensor& unary_inplace(int id, const RuleParameters& parameters, const Tensor& x) {
  const UnaryInfo& info = unary_info(id);
  check(x.defined(), info.name, "_: the operand is an undefined tensor");
  check(compute_type(info.integers, x.dtype()) == x.dtype() && !info.predicate, info.name,
        "_: the result does not fit in place into ", x.describe());
  check_inplace(info.name, x);
  if (autograd::records(x)) return overwrite(info.name, x, unary(id, parameters, x.clone()));
  if (x.numel() > 0)
    backend_for(x).run(
        UnaryCall{{id, parameters}, make_loop_plan(x, {&x}), input_of(x), output_of(x)});
  x.impl()->storage->bump_version();
  return x;
}

const Tensor& binary_inplace(int id, const RuleParameters& parameters, const Tensor& x,
                             const Operand& given) {
  const BinaryInfo& info = binary_info(id);
  check(x.defined(), info.name, "_: the operand is an undefined tensor");
  Operand a = x, b = given;
  const DType dtype = prepare_operands(info, a, b);
  check(!info.predicate && can_cast(dtype, x.dtype()), info.name, "_: the result is ",
        name_of(dtype), ", which does not fit in place into ", x.describe());
  check(shape_of(info.name, a, b) == x.sizes(), info.name, "_: ", b.tensor.describe(),
        " does not broadcast into the shape of ", x.describe());
  check_inplace(info.name, x);
  if (autograd::records(x, b.tensor) || dtype != x.dtype())
    return overwrite(info.name, x, binary(id, parameters, x.clone(), b).to(x.dtype()));
  // An operand that shares memory with x, but is walked differently, is read before it changes.
  if (b.is_tensor() && b.tensor.is_alias_of(x) && !same_place(b.tensor, x))
    b.tensor = b.tensor.clone();
  run_binary({id, parameters}, dtype, a, b, x);
  x.impl()->storage->bump_version();
  return x;
}

}  // namespace detail

Tensor where(const Tensor& condition, const Operand& given_a, const Operand& given_b) {
  check(condition.defined() && condition.dtype() == DType::Bool,
        "where: the condition must be bool, got ", condition.describe());
  Operand a = given_a, b = given_b;
  check_defined("where", a);
  check_defined("where", b);
  const DType dtype = result_type(a, b);
  for (Operand* x : {&a, &b})
    if (x->is_tensor()) {
      check_same_device("where", condition, x->tensor);
      x->tensor = x->tensor.to(dtype);
    }
  Shape shape = condition.sizes();
  for (const Operand* x : {&a, &b})
    if (x->is_tensor()) shape = broadcast_shapes("where", shape, x->tensor.sizes());
  Tensor out = make_tensor(shape, dtype, condition.device());
  if (out.numel() > 0)
    backend_for(out).run(SelectCall{make_loop_plan(out, {&condition, &a.tensor, &b.tensor}),
                                    input_of(condition), input_from(a, dtype), input_from(b, dtype),
                                    output_of(out)});
  if (!records(a, b)) return out;
  // In a number's place stands the condition, which wants no gradient.
  const Tensor& tensor_a = a.is_tensor() ? std::as_const(a.tensor) : condition;
  const Tensor& tensor_b = b.is_tensor() ? std::as_const(b.tensor) : condition;
  autograd::record(out, "where", {tensor_a, tensor_b}, {condition},
                   [shape_a = tensor_a.sizes(), shape_b = tensor_b.sizes()](BackwardContext& pass) {
                     const Tensor chosen = pass.saved(0);
                     if (pass.needs(0))
                       pass.set(0, sum_to_size(where(chosen, pass.grad(), 0), shape_a));
                     if (pass.needs(1))
                       pass.set(1, sum_to_size(where(chosen, 0, pass.grad()), shape_b));
                   });
  return out;
}

namespace detail {
Operand scaled(const char* op, const Tensor& a, const Operand& b, Scalar alpha) {
  if (alpha.to<double>() == 1) return b;
  if (b.is_tensor()) {
    if (!a.defined() || !b.tensor.defined()) return b;  // the op itself says so
    const DType dtype = result_type(a, b);
    check(is_floating_point(dtype) || !is_floating_point(alpha.dtype()), op, ": alpha is ", alpha,
          ", which must be an integer for ", a.describe(), " and ", b.tensor.describe());
    return Operand((b.tensor.to(dtype) * alpha).to(dtype));
  }
  if (is_floating_point(promote(b.scalar.dtype(), alpha.dtype())))
    return Scalar(b.scalar.to<double>() * alpha.to<double>());
  return Scalar(b.scalar.to<std::int64_t>() * alpha.to<std::int64_t>());
}
}  // namespace detail

Tensor add(const Tensor& a, const Operand& b, Scalar alpha) {
  return elementwise(rules::Add{}, a, detail::scaled("add", a, b, alpha));
}
Tensor sub(const Tensor& a, const Operand& b, Scalar alpha) {
  return elementwise(rules::Sub{}, a, detail::scaled("sub", a, b, alpha));
}

Tensor pow(const Tensor& a, Scalar exponent) {
  if (!a.is_floating_point() && !is_floating_point(exponent.dtype())) {
    check(exponent.to<std::int64_t>() >= 0, "pow: integers have no power ",
          exponent.to<std::int64_t>(), "; convert ", a.describe(), " to a floating-point dtype");
    return elementwise(rules::Pow{}, a, exponent);
  }
  const double power = exponent.to<double>();
  if (rules::PowFormula::knows(power)) return elementwise(rules::PowFormula{power}, a);
  return elementwise(rules::PowScalar{power}, a);
}
Tensor pow(Scalar base, const Tensor& exponent) {
  return elementwise(rules::Pow{}, base, exponent);
}

Tensor gelu(const Tensor& x, const std::string& approximate) {
  check(approximate == "none" || approximate == "tanh",
        "gelu: approximate must be 'none' or 'tanh', got '", approximate, "'");
  return approximate == "tanh" ? elementwise(rules::GeluTanh{}, x) : elementwise(rules::Gelu{}, x);
}

Tensor clamp(const Tensor& x, std::optional<Scalar> min, std::optional<Scalar> max) {
  check(min || max, "clamp: needs a lower or an upper bound");
  const auto real = [](const std::optional<Scalar>& bound) {
    return bound && is_floating_point(bound->dtype());
  };
  if (!x.is_floating_point() && !real(min) && !real(max)) {
    // Integers are compared as they are: a double does not hold all of them.
    Tensor out = x;
    for (const std::optional<Scalar>& bound : {min, max})
      if (bound && x.dtype() != kBool) check_fits("clamp", *bound, x.dtype());
    if (min) out = elementwise(rules::Maximum{}, out, *min);
    return max ? elementwise(rules::Minimum{}, out, *max) : out;
  }
  rules::Clamp rule;
  if (min) rule.low = min->to<double>();
  if (max) rule.high = max->to<double>();
  return elementwise(rule, real(min) || real(max) ? x.to(compute_type(false, x.dtype())) : x);
}

Tensor sum_to_size(const Tensor& tensor, const Shape& shape) {
  if (tensor.sizes() == shape) return tensor;
  const int extra = tensor.sizes().rank() - shape.rank();
  check(extra >= 0 && broadcast_shapes("sum_to_size", shape, tensor.sizes()) == tensor.sizes(),
        "sum_to_size: shape ", shape, " does not broadcast to ", tensor.describe());
  Shape dims;
  for (int d = 0; d < tensor.sizes().rank(); ++d)
    if (d < extra || (shape[d - extra] == 1 && tensor.sizes()[d] != 1)) dims.push_back(d);
  const Tensor summed = dims.empty() ? tensor : tensor.sum(dims, true);
  return summed.reshape(shape);
}

}  // namespace tandem
