// Pointwise ops composed of the rules of elementwise.h, and libtorch's other names for them.
//
// Each function here has an in-place form, too. Operands broadcast and promote as there; gradients
// follow from the composition.
#pragma once

#include "core/ops/elementwise.h"

namespace tandem {

// ---- other names ----
inline Tensor absolute(const Tensor& self) { return abs(self); }
inline Tensor negative(const Tensor& self) { return neg(self); }
inline Tensor sgn(const Tensor& self) { return sign(self); }
inline Tensor fix(const Tensor& self) { return trunc(self); }
inline Tensor arcsin(const Tensor& self) { return asin(self); }
inline Tensor arccos(const Tensor& self) { return acos(self); }
inline Tensor arctan(const Tensor& self) { return atan(self); }
inline Tensor arcsinh(const Tensor& self) { return asinh(self); }
inline Tensor arccosh(const Tensor& self) { return acosh(self); }
inline Tensor arctanh(const Tensor& self) { return atanh(self); }
inline Tensor arctan2(const Tensor& self, const Tensor& other) { return atan2(self, other); }
inline Tensor subtract(const Tensor& self, const Operand& other, Scalar alpha = 1) {
  return sub(self, other, alpha);
}
inline Tensor multiply(const Tensor& self, const Operand& other) { return mul(self, other); }
inline Tensor divide(const Tensor& self, const Operand& other) { return div(self, other); }
inline Tensor true_divide(const Tensor& self, const Operand& other) { return div(self, other); }
inline Tensor not_equal(const Tensor& self, const Operand& other) { return ne(self, other); }
inline Tensor less(const Tensor& self, const Operand& other) { return lt(self, other); }
inline Tensor less_equal(const Tensor& self, const Operand& other) { return le(self, other); }
inline Tensor greater(const Tensor& self, const Operand& other) { return gt(self, other); }
inline Tensor greater_equal(const Tensor& self, const Operand& other) { return ge(self, other); }
inline Tensor clip(const Tensor& self, std::optional<Scalar> min = {},
                   std::optional<Scalar> max = {}) {
  return clamp(self, min, max);
}
inline Tensor clamp_min(const Tensor& self, Scalar min) { return clamp(self, min); }
inline Tensor clamp_max(const Tensor& self, Scalar max) { return clamp(self, {}, max); }

// ---- one operand ----
/// self - trunc(self)
Tensor frac(const Tensor& self);
/// 2^self
Tensor exp2(const Tensor& self);
/// Degrees as radians, and back.
Tensor deg2rad(const Tensor& self);
Tensor rad2deg(const Tensor& self);
/// log(self / (1 - self)), of self limited to [eps, 1 - eps] if there is an eps.
Tensor logit(const Tensor& self, std::optional<double> eps = {});
/// sin(pi self) / (pi self), 1 at 0.
Tensor sinc(const Tensor& self);
/// `nan` in place of nans; the dtype's ends in place of infinities unless said otherwise.
Tensor nan_to_num(const Tensor& self, std::optional<double> nan = {},
                  std::optional<double> posinf = {}, std::optional<double> neginf = {});
/// Bits flipped; true and false exchanged. Reals throw.
Tensor bitwise_not(const Tensor& self);

// ---- two and three operands ----
/// The quotient rounded to a whole number: "floor", or "trunc" towards 0.
Tensor div(const Tensor& self, const Operand& other, const std::string& rounding_mode);
/// self to the power exponent in float64.
Tensor float_power(const Tensor& self, const Operand& exponent);
/// The larger (smaller); where one is nan, the other.
Tensor fmax(const Tensor& self, const Tensor& other);
Tensor fmin(const Tensor& self, const Tensor& other);
/// 0 below 0, 1 above it, `values` at 0.
Tensor heaviside(const Tensor& self, const Tensor& values);
/// |self| with the sign of other, which gets the gradient 0.
Tensor copysign(const Tensor& self, const Operand& other);
/// self 2^other
Tensor ldexp(const Tensor& self, const Tensor& other);
/// self log(other); 0 where self is 0, unless other is nan.
Tensor xlogy(const Tensor& self, const Operand& other);
/// log(e^self + e^other), without overflow, and the same to base 2.
Tensor logaddexp(const Tensor& self, const Tensor& other);
Tensor logaddexp2(const Tensor& self, const Tensor& other);
/// Bits of integers and bools, as the next two; reals throw.
Tensor bitwise_and(const Tensor& self, const Operand& other);
Tensor bitwise_or(const Tensor& self, const Operand& other);
Tensor bitwise_xor(const Tensor& self, const Operand& other);
/// self + weight (end - self)
Tensor lerp(const Tensor& self, const Tensor& end, const Operand& weight);
/// self + value tensor1 tensor2
Tensor addcmul(const Tensor& self, const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1);
/// self + value tensor1 / tensor2
Tensor addcdiv(const Tensor& self, const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1);

// ---- predicates ----
Tensor isposinf(const Tensor& self);
Tensor isneginf(const Tensor& self);
/// Whether |self - other| <= atol + rtol |other|; equal infinities are close, nan only with
/// equal_nan.
Tensor isclose(const Tensor& self, const Tensor& other, double rtol = 1e-5, double atol = 1e-8,
               bool equal_nan = false);

inline Tensor operator%(const Tensor& a, const Operand& b) { return remainder(a, b); }
inline Tensor operator~(const Tensor& a) { return bitwise_not(a); }
inline Tensor operator&(const Tensor& a, const Operand& b) { return bitwise_and(a, b); }
inline Tensor operator|(const Tensor& a, const Operand& b) { return bitwise_or(a, b); }
inline Tensor operator^(const Tensor& a, const Operand& b) { return bitwise_xor(a, b); }
inline Tensor operator<(Scalar a, const Tensor& b) { return gt(b, a); }
inline Tensor operator<=(Scalar a, const Tensor& b) { return ge(b, a); }
inline Tensor operator>(Scalar a, const Tensor& b) { return lt(b, a); }
inline Tensor operator>=(Scalar a, const Tensor& b) { return le(b, a); }

// ---- without an in-place form ----
/// Bool: whether the sign is negative, also that of -0 and nan.
Tensor signbit(const Tensor& x);
/// other - alpha x
Tensor rsub(const Tensor& x, const Operand& other, Scalar alpha = 1);

}  // namespace tandem
