// Pointwise ops that are compositions.
#include "core/ops/pointwise.h"

#include <limits>

#include "core/autograd/node.h"
#include "core/ops/factories.h"
#include "core/ops/mixed_precision.h"

namespace tandem {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Integers in the dtype of another operand that is real.
Tensor as_real_beside(const Tensor& other, const Tensor& x) {
  return x.is_floating_point() || !other.is_floating_point() ? as_real(x) : x.to(other.dtype());
}

DType dtype_of_operand(const Operand& x) {
  return x.is_number ? x.scalar.dtype() : x.tensor.dtype();
}

/// compute(x...), for a result of 16 bits in float32, rounded once.
template <class Compute, class... Tensors>
Tensor rounded_once(DType result, const Compute& compute, const Tensors&... x) {
  if (!is_half(result)) return compute(x...);
  return compute(mixed::to_compute_dtype(x)...).to(result);
}

/// Calls elementwise(rule, a, b) unless an operand is real.
template <BinaryRule Rule> Tensor of_bits(const Rule& rule, const Tensor& a, const Operand& b) {
  check(!a.is_floating_point() && !is_floating_point(dtype_of_operand(b)), Rule::name,
        ": expected integers or bools, got ", a.describe(), " and ", name_of(dtype_of_operand(b)));
  return elementwise(rule, a, b);
}

}  // namespace

Tensor frac(const Tensor& self) {
  check(self.is_floating_point(), "frac: expected a floating-point tensor, got ", self.describe());
  return self - trunc(self);
}
Tensor exp2(const Tensor& self) { return pow(2, as_real(self)); }
Tensor deg2rad(const Tensor& self) { return as_real(self) * (math::pi / 180); }
Tensor rad2deg(const Tensor& self) { return as_real(self) * (180 / math::pi); }

Tensor logit(const Tensor& self, std::optional<double> eps) {
  const auto compute = [eps](const Tensor& given) {
    const Tensor x = eps ? clamp(given, *eps, 1 - *eps) : given;
    return log(x / (1 - x));
  };
  return rounded_once(self.dtype(), compute, as_real(self));
}

Tensor sinc(const Tensor& self) {
  const auto compute = [](const Tensor& x) {
    const Tensor is_zero = x == 0;
    const Tensor angle = where(is_zero, 1, x) * math::pi;  // or the gradient at 0 would be nan
    return where(is_zero, 1, sin(angle) / angle);
  };
  return rounded_once(self.dtype(), compute, as_real(self));
}

Tensor nan_to_num(const Tensor& self, std::optional<double> nan, std::optional<double> posinf,
                  std::optional<double> neginf) {
  if (!self.is_floating_point()) return self.clone();
  const double largest = visit_floating("nan_to_num", self.dtype(), []<class T>() {
    return static_cast<double>(std::numeric_limits<T>::max());
  });
  const Tensor finite = where(isnan(self), nan.value_or(0), self);
  const Tensor bounded = where(finite == infinity, posinf.value_or(largest), finite);
  return where(bounded == -infinity, neginf.value_or(-largest), bounded);
}

Tensor bitwise_not(const Tensor& self) {
  return self.dtype() == DType::Bool ? logical_not(self) : bitwise_xor(self, -1);
}

Tensor div(const Tensor& self, const Operand& other, const std::string& rounding_mode) {
  check(rounding_mode == "floor" || rounding_mode == "trunc",
        "div: the rounding mode must be \"floor\" or \"trunc\", got \"", rounding_mode, "\"");
  if (rounding_mode == "floor") return floor_divide(self, other);
  if (self.is_floating_point() || is_floating_point(dtype_of_operand(other)))
    return trunc(div(self, other));
  return floor_divide(self - fmod(self, other), other);
}

Tensor float_power(const Tensor& self, const Operand& exponent) {
  const Tensor base = self.to(kFloat64);
  return exponent.is_number ? pow(base, exponent.scalar.to<double>())
                            : pow(base, exponent.tensor.to(kFloat64));
}

Tensor fmax(const Tensor& self, const Tensor& other) {
  return where(isnan(other), self, where(isnan(self), other, maximum(self, other)));
}
Tensor fmin(const Tensor& self, const Tensor& other) {
  return where(isnan(other), self, where(isnan(self), other, minimum(self, other)));
}

Tensor heaviside(const Tensor& self, const Tensor& values) {
  check(self.dtype() == values.dtype(), "heaviside: expected equal dtypes, got ", self.describe(),
        " and ", values.describe());
  return where(self == 0, values, (self > 0).to(self.dtype()));
}

Tensor copysign(const Tensor& self, const Operand& other) {
  Tensor out = elementwise(rules::Copysign{}, self, other);
  if (autograd::records(self, other.tensor))
    autograd::record(
        out, "copysign", {self, other.tensor}, {self, autograd::output(out)},
        [own = self.sizes(), others = other.is_number ? Shape() : other.tensor.sizes()](
            autograd::BackwardContext& pass) {
          const Tensor turned = sign(pass.saved(0)) * sign(pass.saved(1));  // 0 where self is
          if (pass.needs(0))
            pass.set(0, sum_to_size(where(turned == 0, 0, pass.grad() * turned), own));
          if (pass.needs(1)) pass.set(1, zeros(others, pass.grad().options()));
        });
  return out;
}

Tensor xlogy(const Tensor& self, const Operand& other) {
  if (other.is_number) return xlogy(self, scalar_tensor(other.scalar, as_real(self).options()));
  const auto compute = [](const Tensor& x, const Tensor& y) {
    // The product would be nan where the logarithm is infinite or nan.
    const Tensor is_zero = logical_and(x == 0, logical_or(y <= 0, y == infinity));
    return x * log(where(is_zero, 1, y));
  };
  return rounded_once(result_type(self, other), compute, self, as_real_beside(self, other.tensor));
}

namespace {

Tensor log_sum_exp(const Tensor& x, const Tensor& y) {
  const Tensor difference = where(logical_and(x == y, isinf(x)), 0, x - y);
  return where(x >= y, x + softplus(-difference, 1, infinity),
               y + softplus(difference, 1, infinity));
}

}  // namespace

Tensor logaddexp(const Tensor& self, const Tensor& other) {
  return rounded_once(result_type(self, other), log_sum_exp, as_real_beside(other, self),
                      as_real_beside(self, other));
}
Tensor logaddexp2(const Tensor& self, const Tensor& other) {
  const auto compute = [ln2 = std::log(2.0)](const Tensor& x, const Tensor& y) {
    return log_sum_exp(x * ln2, y * ln2) * (1 / ln2);
  };
  return rounded_once(result_type(self, other), compute, as_real_beside(other, self),
                      as_real_beside(self, other));
}

Tensor bitwise_and(const Tensor& self, const Operand& other) {
  return of_bits(rules::BitwiseAnd{}, self, other);
}
Tensor bitwise_or(const Tensor& self, const Operand& other) {
  return of_bits(rules::BitwiseOr{}, self, other);
}
Tensor bitwise_xor(const Tensor& self, const Operand& other) {
  return of_bits(rules::BitwiseXor{}, self, other);
}

Tensor lerp(const Tensor& self, const Tensor& end, const Operand& weight) {
  check(self.dtype() == end.dtype() && self.is_floating_point(),
        "lerp: expected floating-point tensors of one dtype, got ", self.describe(), " and ",
        end.describe());
  // From the end that is nearer, so that both are met exactly.
  const auto by = [](const Tensor& a, const Tensor& b, const Operand& w) {
    const Tensor whole = b - a;
    const auto from_a = [&] { return a + mul(whole, w); };
    const auto from_b = [&] {
      return b - (w.is_number ? whole * (1 - w.scalar.to<double>()) : whole * (1 - w.tensor));
    };
    if (w.is_number) return std::abs(w.scalar.to<double>()) < 0.5 ? from_a() : from_b();
    return where(abs(w.tensor) < 0.5, from_a(), from_b());
  };
  if (weight.is_number)
    return rounded_once(
        self.dtype(), [&](const Tensor& a, const Tensor& b) { return by(a, b, weight); }, self,
        end);
  return rounded_once(self.dtype(), by, self, end, weight.tensor);
}

namespace {

/// self + value times `change`.
template <class Change> Tensor plus(const Tensor& self, const Tensor& tensor1,
                                    const Tensor& tensor2, Scalar value, const Change& change) {
  const auto compute = [&](const Tensor& x, const Tensor& a, const Tensor& b) {
    return add(x, change(a, b), value);
  };
  const bool of_one = self.dtype() == tensor1.dtype() && self.dtype() == tensor2.dtype();
  return of_one ? rounded_once(self.dtype(), compute, self, tensor1, tensor2)
                : compute(self, tensor1, tensor2);
}

}  // namespace

Tensor addcmul(const Tensor& self, const Tensor& tensor1, const Tensor& tensor2, Scalar value) {
  return plus(self, tensor1, tensor2, value,
              [](const Tensor& a, const Tensor& b) { return a * b; });
}
Tensor addcdiv(const Tensor& self, const Tensor& tensor1, const Tensor& tensor2, Scalar value) {
  check(tensor1.is_floating_point() || tensor2.is_floating_point(),
        "addcdiv: expected a floating-point quotient, got ", tensor1.describe(), " and ",
        tensor2.describe());
  return plus(self, tensor1, tensor2, value,
              [](const Tensor& a, const Tensor& b) { return a / b; });
}

Tensor isposinf(const Tensor& self) { return self == infinity; }
Tensor isneginf(const Tensor& self) { return self == -infinity; }

Tensor isclose(const Tensor& self, const Tensor& other, double rtol, double atol, bool equal_nan) {
  const NoGradGuard guard;
  const Tensor a = mixed::to_compute_dtype(self), b = mixed::to_compute_dtype(other);
  const Tensor is_equal = a == b, bound = abs(b) * rtol + atol;
  // An infinite tolerance says nothing: infinities are close only when equal.
  const Tensor close = logical_or(is_equal, logical_and(abs(a - b) <= bound, isfinite(b)));
  return equal_nan ? logical_or(close, logical_and(isnan(a), isnan(b))) : close;
}

Tensor ldexp(const Tensor& self, const Tensor& other) {
  const Tensor x = as_real(self);
  const DType dtype = other.is_floating_point() ? result_type(x, other) : x.dtype();
  return (x.to(kFloat64) * pow(2.0, other.to(kFloat64))).to(dtype);
}

Tensor signbit(const Tensor& x) {
  if (x.dtype() == kBool) return zeros_like(x);
  return (x.is_floating_point() ? copysign(ones_like(x), x) : x) < 0;
}

Tensor rsub(const Tensor& x, const Operand& other, Scalar alpha) {
  const Tensor scaled = x * alpha;
  return other.is_number ? other.scalar - scaled : other.tensor - scaled;
}

}  // namespace tandem
