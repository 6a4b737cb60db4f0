// Ops that write to a tensor that is there. Written by core/ops/generate_methods.py.

#include "core/ops/out_forms.h"

#include "core/ops/compare.h"
#include "core/ops/elementwise.h"
#include "core/ops/indexing.h"
#include "core/ops/inplace.h"
#include "core/ops/matmul.h"
#include "core/ops/padding.h"
#include "core/ops/pointwise.h"
#include "core/ops/products.h"
#include "core/ops/reduce.h"
#include "core/ops/scatter.h"
#include "core/ops/shape_ops.h"
#include "core/ops/softmax.h"
#include "core/ops/statistics.h"

namespace tandem {

const Tensor& tanh_out(const Tensor& out, const Tensor& self) {
  return write_out("tanh_out", out, [&] { return tanh(self); });
}
const Tensor& sigmoid_out(const Tensor& out, const Tensor& self) {
  return write_out("sigmoid_out", out, [&] { return sigmoid(self); });
}
const Tensor& relu_out(const Tensor& out, const Tensor& self) {
  return write_out("relu_out", out, [&] { return relu(self); });
}
const Tensor& clamp_out(const Tensor& out, const Tensor& self, std::optional<Scalar> min,
                        std::optional<Scalar> max) {
  return write_out("clamp_out", out, [&] { return clamp(self, min, max); });
}
const Tensor& exp_out(const Tensor& out, const Tensor& self) {
  return write_out("exp_out", out, [&] { return exp(self); });
}
const Tensor& expm1_out(const Tensor& out, const Tensor& self) {
  return write_out("expm1_out", out, [&] { return expm1(self); });
}
const Tensor& log_out(const Tensor& out, const Tensor& self) {
  return write_out("log_out", out, [&] { return log(self); });
}
const Tensor& log2_out(const Tensor& out, const Tensor& self) {
  return write_out("log2_out", out, [&] { return log2(self); });
}
const Tensor& log10_out(const Tensor& out, const Tensor& self) {
  return write_out("log10_out", out, [&] { return log10(self); });
}
const Tensor& log1p_out(const Tensor& out, const Tensor& self) {
  return write_out("log1p_out", out, [&] { return log1p(self); });
}
const Tensor& sqrt_out(const Tensor& out, const Tensor& self) {
  return write_out("sqrt_out", out, [&] { return sqrt(self); });
}
const Tensor& rsqrt_out(const Tensor& out, const Tensor& self) {
  return write_out("rsqrt_out", out, [&] { return rsqrt(self); });
}
const Tensor& square_out(const Tensor& out, const Tensor& self) {
  return write_out("square_out", out, [&] { return square(self); });
}
const Tensor& reciprocal_out(const Tensor& out, const Tensor& self) {
  return write_out("reciprocal_out", out, [&] { return reciprocal(self); });
}
const Tensor& erf_out(const Tensor& out, const Tensor& self) {
  return write_out("erf_out", out, [&] { return erf(self); });
}
const Tensor& normal_cdf_out(const Tensor& out, const Tensor& self) {
  return write_out("normal_cdf_out", out, [&] { return normal_cdf(self); });
}
const Tensor& sin_out(const Tensor& out, const Tensor& self) {
  return write_out("sin_out", out, [&] { return sin(self); });
}
const Tensor& cos_out(const Tensor& out, const Tensor& self) {
  return write_out("cos_out", out, [&] { return cos(self); });
}
const Tensor& tan_out(const Tensor& out, const Tensor& self) {
  return write_out("tan_out", out, [&] { return tan(self); });
}
const Tensor& sinh_out(const Tensor& out, const Tensor& self) {
  return write_out("sinh_out", out, [&] { return sinh(self); });
}
const Tensor& cosh_out(const Tensor& out, const Tensor& self) {
  return write_out("cosh_out", out, [&] { return cosh(self); });
}
const Tensor& asin_out(const Tensor& out, const Tensor& self) {
  return write_out("asin_out", out, [&] { return asin(self); });
}
const Tensor& acos_out(const Tensor& out, const Tensor& self) {
  return write_out("acos_out", out, [&] { return acos(self); });
}
const Tensor& atan_out(const Tensor& out, const Tensor& self) {
  return write_out("atan_out", out, [&] { return atan(self); });
}
const Tensor& asinh_out(const Tensor& out, const Tensor& self) {
  return write_out("asinh_out", out, [&] { return asinh(self); });
}
const Tensor& acosh_out(const Tensor& out, const Tensor& self) {
  return write_out("acosh_out", out, [&] { return acosh(self); });
}
const Tensor& atanh_out(const Tensor& out, const Tensor& self) {
  return write_out("atanh_out", out, [&] { return atanh(self); });
}
const Tensor& neg_out(const Tensor& out, const Tensor& self) {
  return write_out("neg_out", out, [&] { return neg(self); });
}
const Tensor& abs_out(const Tensor& out, const Tensor& self) {
  return write_out("abs_out", out, [&] { return abs(self); });
}
const Tensor& sign_out(const Tensor& out, const Tensor& self) {
  return write_out("sign_out", out, [&] { return sign(self); });
}
const Tensor& floor_out(const Tensor& out, const Tensor& self) {
  return write_out("floor_out", out, [&] { return floor(self); });
}
const Tensor& ceil_out(const Tensor& out, const Tensor& self) {
  return write_out("ceil_out", out, [&] { return ceil(self); });
}
const Tensor& trunc_out(const Tensor& out, const Tensor& self) {
  return write_out("trunc_out", out, [&] { return trunc(self); });
}
const Tensor& round_out(const Tensor& out, const Tensor& self) {
  return write_out("round_out", out, [&] { return round(self); });
}
const Tensor& isnan_out(const Tensor& out, const Tensor& self) {
  return write_out("isnan_out", out, [&] { return isnan(self); });
}
const Tensor& isinf_out(const Tensor& out, const Tensor& self) {
  return write_out("isinf_out", out, [&] { return isinf(self); });
}
const Tensor& isfinite_out(const Tensor& out, const Tensor& self) {
  return write_out("isfinite_out", out, [&] { return isfinite(self); });
}
const Tensor& logical_not_out(const Tensor& out, const Tensor& self) {
  return write_out("logical_not_out", out, [&] { return logical_not(self); });
}
const Tensor& add_out(const Tensor& out, const Tensor& self, const Tensor& other, Scalar alpha) {
  return write_out("add_out", out, [&] { return add(self, other, alpha); });
}
const Tensor& add_out(const Tensor& out, const Tensor& self, Scalar other, Scalar alpha) {
  return write_out("add_out", out, [&] { return add(self, other, alpha); });
}
const Tensor& sub_out(const Tensor& out, const Tensor& self, const Tensor& other, Scalar alpha) {
  return write_out("sub_out", out, [&] { return sub(self, other, alpha); });
}
const Tensor& sub_out(const Tensor& out, const Tensor& self, Scalar other, Scalar alpha) {
  return write_out("sub_out", out, [&] { return sub(self, other, alpha); });
}
const Tensor& mul_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("mul_out", out, [&] { return mul(self, other); });
}
const Tensor& mul_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("mul_out", out, [&] { return mul(self, other); });
}
const Tensor& div_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("div_out", out, [&] { return div(self, other); });
}
const Tensor& div_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("div_out", out, [&] { return div(self, other); });
}
const Tensor& pow_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("pow_out", out, [&] { return pow(self, other); });
}
const Tensor& pow_out(const Tensor& out, const Tensor& self, Scalar exponent) {
  return write_out("pow_out", out, [&] { return pow(self, exponent); });
}
const Tensor& maximum_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("maximum_out", out, [&] { return maximum(self, other); });
}
const Tensor& minimum_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("minimum_out", out, [&] { return minimum(self, other); });
}
const Tensor& remainder_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("remainder_out", out, [&] { return remainder(self, other); });
}
const Tensor& remainder_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("remainder_out", out, [&] { return remainder(self, other); });
}
const Tensor& fmod_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("fmod_out", out, [&] { return fmod(self, other); });
}
const Tensor& fmod_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("fmod_out", out, [&] { return fmod(self, other); });
}
const Tensor& floor_divide_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("floor_divide_out", out, [&] { return floor_divide(self, other); });
}
const Tensor& floor_divide_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("floor_divide_out", out, [&] { return floor_divide(self, other); });
}
const Tensor& atan2_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("atan2_out", out, [&] { return atan2(self, other); });
}
const Tensor& hypot_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("hypot_out", out, [&] { return hypot(self, other); });
}
const Tensor& eq_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("eq_out", out, [&] { return eq(self, other); });
}
const Tensor& eq_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("eq_out", out, [&] { return eq(self, other); });
}
const Tensor& ne_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("ne_out", out, [&] { return ne(self, other); });
}
const Tensor& ne_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("ne_out", out, [&] { return ne(self, other); });
}
const Tensor& lt_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("lt_out", out, [&] { return lt(self, other); });
}
const Tensor& lt_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("lt_out", out, [&] { return lt(self, other); });
}
const Tensor& le_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("le_out", out, [&] { return le(self, other); });
}
const Tensor& le_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("le_out", out, [&] { return le(self, other); });
}
const Tensor& gt_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("gt_out", out, [&] { return gt(self, other); });
}
const Tensor& gt_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("gt_out", out, [&] { return gt(self, other); });
}
const Tensor& ge_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("ge_out", out, [&] { return ge(self, other); });
}
const Tensor& ge_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("ge_out", out, [&] { return ge(self, other); });
}
const Tensor& logical_and_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("logical_and_out", out, [&] { return logical_and(self, other); });
}
const Tensor& logical_or_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("logical_or_out", out, [&] { return logical_or(self, other); });
}
const Tensor& logical_xor_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("logical_xor_out", out, [&] { return logical_xor(self, other); });
}
const Tensor& sum_to_size_out(const Tensor& out, const Tensor& self, const Shape& shape) {
  return write_out("sum_to_size_out", out, [&] { return sum_to_size(self, shape); });
}
const Tensor& index_select_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                               const Tensor& index) {
  return write_out("index_select_out", out, [&] { return index_select(self, dim, index); });
}
const Tensor& gather_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                         const Tensor& index) {
  return write_out("gather_out", out, [&] { return gather(self, dim, index); });
}
const Tensor& take_out(const Tensor& out, const Tensor& self, const Tensor& index) {
  return write_out("take_out", out, [&] { return take(self, index); });
}
const Tensor& take_along_dim_out(const Tensor& out, const Tensor& self, const Tensor& indices,
                                 std::optional<std::int64_t> dim) {
  return write_out("take_along_dim_out", out, [&] { return take_along_dim(self, indices, dim); });
}
const Tensor& masked_select_out(const Tensor& out, const Tensor& self, const Tensor& mask) {
  return write_out("masked_select_out", out, [&] { return masked_select(self, mask); });
}
const Tensor& nonzero_out(const Tensor& out, const Tensor& self) {
  return write_out("nonzero_out", out, [&] { return nonzero(self); });
}
const Tensor& argwhere_out(const Tensor& out, const Tensor& self) {
  return write_out("argwhere_out", out, [&] { return argwhere(self); });
}
const Tensor& flip_out(const Tensor& out, const Tensor& self, const Shape& dims) {
  return write_out("flip_out", out, [&] { return flip(self, dims); });
}
const Tensor& tril_out(const Tensor& out, const Tensor& self, std::int64_t diagonal) {
  return write_out("tril_out", out, [&] { return tril(self, diagonal); });
}
const Tensor& triu_out(const Tensor& out, const Tensor& self, std::int64_t diagonal) {
  return write_out("triu_out", out, [&] { return triu(self, diagonal); });
}
const Tensor& repeat_out(const Tensor& out, const Tensor& self, const Shape& repeats) {
  return write_out("repeat_out", out, [&] { return repeat(self, repeats); });
}
const Tensor& repeat_interleave_out(const Tensor& out, const Tensor& self, std::int64_t repeats,
                                    std::optional<std::int64_t> dim) {
  return write_out("repeat_interleave_out", out,
                   [&] { return repeat_interleave(self, repeats, dim); });
}
const Tensor& argsort_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                          bool descending) {
  return write_out("argsort_out", out, [&] { return argsort(self, dim, descending); });
}
const Tensor& matmul_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("matmul_out", out, [&] { return matmul(self, other); });
}
const Tensor& mm_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("mm_out", out, [&] { return mm(self, other); });
}
const Tensor& bmm_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("bmm_out", out, [&] { return bmm(self, other); });
}
const Tensor& mv_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("mv_out", out, [&] { return mv(self, other); });
}
const Tensor& dot_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("dot_out", out, [&] { return dot(self, other); });
}
const Tensor& addmm_out(const Tensor& out, const Tensor& self, const Tensor& a, const Tensor& b,
                        Scalar beta, Scalar alpha) {
  return write_out("addmm_out", out, [&] { return addmm(self, a, b, beta, alpha); });
}
const Tensor& absolute_out(const Tensor& out, const Tensor& self) {
  return write_out("absolute_out", out, [&] { return absolute(self); });
}
const Tensor& negative_out(const Tensor& out, const Tensor& self) {
  return write_out("negative_out", out, [&] { return negative(self); });
}
const Tensor& sgn_out(const Tensor& out, const Tensor& self) {
  return write_out("sgn_out", out, [&] { return sgn(self); });
}
const Tensor& fix_out(const Tensor& out, const Tensor& self) {
  return write_out("fix_out", out, [&] { return fix(self); });
}
const Tensor& arcsin_out(const Tensor& out, const Tensor& self) {
  return write_out("arcsin_out", out, [&] { return arcsin(self); });
}
const Tensor& arccos_out(const Tensor& out, const Tensor& self) {
  return write_out("arccos_out", out, [&] { return arccos(self); });
}
const Tensor& arctan_out(const Tensor& out, const Tensor& self) {
  return write_out("arctan_out", out, [&] { return arctan(self); });
}
const Tensor& arcsinh_out(const Tensor& out, const Tensor& self) {
  return write_out("arcsinh_out", out, [&] { return arcsinh(self); });
}
const Tensor& arccosh_out(const Tensor& out, const Tensor& self) {
  return write_out("arccosh_out", out, [&] { return arccosh(self); });
}
const Tensor& arctanh_out(const Tensor& out, const Tensor& self) {
  return write_out("arctanh_out", out, [&] { return arctanh(self); });
}
const Tensor& arctan2_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("arctan2_out", out, [&] { return arctan2(self, other); });
}
const Tensor& subtract_out(const Tensor& out, const Tensor& self, const Tensor& other,
                           Scalar alpha) {
  return write_out("subtract_out", out, [&] { return subtract(self, other, alpha); });
}
const Tensor& subtract_out(const Tensor& out, const Tensor& self, Scalar other, Scalar alpha) {
  return write_out("subtract_out", out, [&] { return subtract(self, other, alpha); });
}
const Tensor& multiply_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("multiply_out", out, [&] { return multiply(self, other); });
}
const Tensor& multiply_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("multiply_out", out, [&] { return multiply(self, other); });
}
const Tensor& divide_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("divide_out", out, [&] { return divide(self, other); });
}
const Tensor& divide_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("divide_out", out, [&] { return divide(self, other); });
}
const Tensor& true_divide_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("true_divide_out", out, [&] { return true_divide(self, other); });
}
const Tensor& true_divide_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("true_divide_out", out, [&] { return true_divide(self, other); });
}
const Tensor& not_equal_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("not_equal_out", out, [&] { return not_equal(self, other); });
}
const Tensor& not_equal_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("not_equal_out", out, [&] { return not_equal(self, other); });
}
const Tensor& less_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("less_out", out, [&] { return less(self, other); });
}
const Tensor& less_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("less_out", out, [&] { return less(self, other); });
}
const Tensor& less_equal_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("less_equal_out", out, [&] { return less_equal(self, other); });
}
const Tensor& less_equal_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("less_equal_out", out, [&] { return less_equal(self, other); });
}
const Tensor& greater_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("greater_out", out, [&] { return greater(self, other); });
}
const Tensor& greater_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("greater_out", out, [&] { return greater(self, other); });
}
const Tensor& greater_equal_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("greater_equal_out", out, [&] { return greater_equal(self, other); });
}
const Tensor& greater_equal_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("greater_equal_out", out, [&] { return greater_equal(self, other); });
}
const Tensor& clip_out(const Tensor& out, const Tensor& self, std::optional<Scalar> min,
                       std::optional<Scalar> max) {
  return write_out("clip_out", out, [&] { return clip(self, min, max); });
}
const Tensor& clamp_min_out(const Tensor& out, const Tensor& self, Scalar min) {
  return write_out("clamp_min_out", out, [&] { return clamp_min(self, min); });
}
const Tensor& clamp_max_out(const Tensor& out, const Tensor& self, Scalar max) {
  return write_out("clamp_max_out", out, [&] { return clamp_max(self, max); });
}
const Tensor& frac_out(const Tensor& out, const Tensor& self) {
  return write_out("frac_out", out, [&] { return frac(self); });
}
const Tensor& exp2_out(const Tensor& out, const Tensor& self) {
  return write_out("exp2_out", out, [&] { return exp2(self); });
}
const Tensor& deg2rad_out(const Tensor& out, const Tensor& self) {
  return write_out("deg2rad_out", out, [&] { return deg2rad(self); });
}
const Tensor& rad2deg_out(const Tensor& out, const Tensor& self) {
  return write_out("rad2deg_out", out, [&] { return rad2deg(self); });
}
const Tensor& logit_out(const Tensor& out, const Tensor& self, std::optional<double> eps) {
  return write_out("logit_out", out, [&] { return logit(self, eps); });
}
const Tensor& sinc_out(const Tensor& out, const Tensor& self) {
  return write_out("sinc_out", out, [&] { return sinc(self); });
}
const Tensor& nan_to_num_out(const Tensor& out, const Tensor& self, std::optional<double> nan,
                             std::optional<double> posinf, std::optional<double> neginf) {
  return write_out("nan_to_num_out", out, [&] { return nan_to_num(self, nan, posinf, neginf); });
}
const Tensor& bitwise_not_out(const Tensor& out, const Tensor& self) {
  return write_out("bitwise_not_out", out, [&] { return bitwise_not(self); });
}
const Tensor& div_out(const Tensor& out, const Tensor& self, const Tensor& other,
                      const std::string& rounding_mode) {
  return write_out("div_out", out, [&] { return div(self, other, rounding_mode); });
}
const Tensor& div_out(const Tensor& out, const Tensor& self, Scalar other,
                      const std::string& rounding_mode) {
  return write_out("div_out", out, [&] { return div(self, other, rounding_mode); });
}
const Tensor& float_power_out(const Tensor& out, const Tensor& self, const Tensor& exponent) {
  return write_out("float_power_out", out, [&] { return float_power(self, exponent); });
}
const Tensor& float_power_out(const Tensor& out, const Tensor& self, Scalar exponent) {
  return write_out("float_power_out", out, [&] { return float_power(self, exponent); });
}
const Tensor& fmax_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("fmax_out", out, [&] { return fmax(self, other); });
}
const Tensor& fmin_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("fmin_out", out, [&] { return fmin(self, other); });
}
const Tensor& heaviside_out(const Tensor& out, const Tensor& self, const Tensor& values) {
  return write_out("heaviside_out", out, [&] { return heaviside(self, values); });
}
const Tensor& copysign_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("copysign_out", out, [&] { return copysign(self, other); });
}
const Tensor& copysign_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("copysign_out", out, [&] { return copysign(self, other); });
}
const Tensor& ldexp_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("ldexp_out", out, [&] { return ldexp(self, other); });
}
const Tensor& xlogy_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("xlogy_out", out, [&] { return xlogy(self, other); });
}
const Tensor& xlogy_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("xlogy_out", out, [&] { return xlogy(self, other); });
}
const Tensor& logaddexp_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("logaddexp_out", out, [&] { return logaddexp(self, other); });
}
const Tensor& logaddexp2_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("logaddexp2_out", out, [&] { return logaddexp2(self, other); });
}
const Tensor& bitwise_and_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("bitwise_and_out", out, [&] { return bitwise_and(self, other); });
}
const Tensor& bitwise_and_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("bitwise_and_out", out, [&] { return bitwise_and(self, other); });
}
const Tensor& bitwise_or_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("bitwise_or_out", out, [&] { return bitwise_or(self, other); });
}
const Tensor& bitwise_or_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("bitwise_or_out", out, [&] { return bitwise_or(self, other); });
}
const Tensor& bitwise_xor_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("bitwise_xor_out", out, [&] { return bitwise_xor(self, other); });
}
const Tensor& bitwise_xor_out(const Tensor& out, const Tensor& self, Scalar other) {
  return write_out("bitwise_xor_out", out, [&] { return bitwise_xor(self, other); });
}
const Tensor& lerp_out(const Tensor& out, const Tensor& self, const Tensor& end,
                       const Tensor& weight) {
  return write_out("lerp_out", out, [&] { return lerp(self, end, weight); });
}
const Tensor& lerp_out(const Tensor& out, const Tensor& self, const Tensor& end, Scalar weight) {
  return write_out("lerp_out", out, [&] { return lerp(self, end, weight); });
}
const Tensor& addcmul_out(const Tensor& out, const Tensor& self, const Tensor& tensor1,
                          const Tensor& tensor2, Scalar value) {
  return write_out("addcmul_out", out, [&] { return addcmul(self, tensor1, tensor2, value); });
}
const Tensor& addcdiv_out(const Tensor& out, const Tensor& self, const Tensor& tensor1,
                          const Tensor& tensor2, Scalar value) {
  return write_out("addcdiv_out", out, [&] { return addcdiv(self, tensor1, tensor2, value); });
}
const Tensor& isposinf_out(const Tensor& out, const Tensor& self) {
  return write_out("isposinf_out", out, [&] { return isposinf(self); });
}
const Tensor& isneginf_out(const Tensor& out, const Tensor& self) {
  return write_out("isneginf_out", out, [&] { return isneginf(self); });
}
const Tensor& isclose_out(const Tensor& out, const Tensor& self, const Tensor& other, double rtol,
                          double atol, bool equal_nan) {
  return write_out("isclose_out", out, [&] { return isclose(self, other, rtol, atol, equal_nan); });
}
const Tensor& outer_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("outer_out", out, [&] { return outer(self, other); });
}
const Tensor& ger_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("ger_out", out, [&] { return ger(self, other); });
}
const Tensor& inner_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("inner_out", out, [&] { return inner(self, other); });
}
const Tensor& vdot_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("vdot_out", out, [&] { return vdot(self, other); });
}
const Tensor& tensordot_out(const Tensor& out, const Tensor& self, const Tensor& other,
                            std::int64_t dims) {
  return write_out("tensordot_out", out, [&] { return tensordot(self, other, dims); });
}
const Tensor& tensordot_out(const Tensor& out, const Tensor& self, const Tensor& other,
                            const Shape& dims_self, const Shape& dims_other) {
  return write_out("tensordot_out", out,
                   [&] { return tensordot(self, other, dims_self, dims_other); });
}
const Tensor& baddbmm_out(const Tensor& out, const Tensor& self, const Tensor& batch1,
                          const Tensor& batch2, Scalar beta, Scalar alpha) {
  return write_out("baddbmm_out", out, [&] { return baddbmm(self, batch1, batch2, beta, alpha); });
}
const Tensor& addbmm_out(const Tensor& out, const Tensor& self, const Tensor& batch1,
                         const Tensor& batch2, Scalar beta, Scalar alpha) {
  return write_out("addbmm_out", out, [&] { return addbmm(self, batch1, batch2, beta, alpha); });
}
const Tensor& addmv_out(const Tensor& out, const Tensor& self, const Tensor& mat, const Tensor& vec,
                        Scalar beta, Scalar alpha) {
  return write_out("addmv_out", out, [&] { return addmv(self, mat, vec, beta, alpha); });
}
const Tensor& addr_out(const Tensor& out, const Tensor& self, const Tensor& vec1,
                       const Tensor& vec2, Scalar beta, Scalar alpha) {
  return write_out("addr_out", out, [&] { return addr(self, vec1, vec2, beta, alpha); });
}
const Tensor& kron_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("kron_out", out, [&] { return kron(self, other); });
}
const Tensor& cross_out(const Tensor& out, const Tensor& self, const Tensor& other,
                        std::optional<std::int64_t> dim) {
  return write_out("cross_out", out, [&] { return cross(self, other, dim); });
}
const Tensor& sum_out(const Tensor& out, const Tensor& self) {
  return write_out("sum_out", out, [&] { return sum(self); });
}
const Tensor& sum_out(const Tensor& out, const Tensor& self, const Shape& dims, bool keepdim) {
  return write_out("sum_out", out, [&] { return sum(self, dims, keepdim); });
}
const Tensor& nansum_out(const Tensor& out, const Tensor& self, const Shape& dims, bool keepdim) {
  return write_out("nansum_out", out, [&] { return nansum(self, dims, keepdim); });
}
const Tensor& mean_out(const Tensor& out, const Tensor& self) {
  return write_out("mean_out", out, [&] { return mean(self); });
}
const Tensor& mean_out(const Tensor& out, const Tensor& self, const Shape& dims, bool keepdim) {
  return write_out("mean_out", out, [&] { return mean(self, dims, keepdim); });
}
const Tensor& prod_out(const Tensor& out, const Tensor& self) {
  return write_out("prod_out", out, [&] { return prod(self); });
}
const Tensor& prod_out(const Tensor& out, const Tensor& self, std::int64_t dim, bool keepdim) {
  return write_out("prod_out", out, [&] { return prod(self, dim, keepdim); });
}
const Tensor& norm_out(const Tensor& out, const Tensor& self, Scalar p) {
  return write_out("norm_out", out, [&] { return norm(self, p); });
}
const Tensor& norm_out(const Tensor& out, const Tensor& self, Scalar p, const Shape& dims,
                       bool keepdim) {
  return write_out("norm_out", out, [&] { return norm(self, p, dims, keepdim); });
}
const Tensor& max_out(const Tensor& out, const Tensor& self) {
  return write_out("max_out", out, [&] { return max(self); });
}
const Tensor& min_out(const Tensor& out, const Tensor& self) {
  return write_out("min_out", out, [&] { return min(self); });
}
const Tensor& amax_out(const Tensor& out, const Tensor& self, const Shape& dims, bool keepdim) {
  return write_out("amax_out", out, [&] { return amax(self, dims, keepdim); });
}
const Tensor& amin_out(const Tensor& out, const Tensor& self, const Shape& dims, bool keepdim) {
  return write_out("amin_out", out, [&] { return amin(self, dims, keepdim); });
}
const Tensor& argmax_out(const Tensor& out, const Tensor& self, std::optional<std::int64_t> dim,
                         bool keepdim) {
  return write_out("argmax_out", out, [&] { return argmax(self, dim, keepdim); });
}
const Tensor& argmin_out(const Tensor& out, const Tensor& self, std::optional<std::int64_t> dim,
                         bool keepdim) {
  return write_out("argmin_out", out, [&] { return argmin(self, dim, keepdim); });
}
const Tensor& cumsum_out(const Tensor& out, const Tensor& self, std::int64_t dim) {
  return write_out("cumsum_out", out, [&] { return cumsum(self, dim); });
}
const Tensor& index_add_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                            const Tensor& index, const Tensor& source) {
  return write_out("index_add_out", out, [&] { return index_add(self, dim, index, source); });
}
const Tensor& index_copy_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                             const Tensor& index, const Tensor& source) {
  return write_out("index_copy_out", out, [&] { return index_copy(self, dim, index, source); });
}
const Tensor& index_fill_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                             const Tensor& index, Scalar value) {
  return write_out("index_fill_out", out, [&] { return index_fill(self, dim, index, value); });
}
const Tensor& scatter_add_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                              const Tensor& index, const Tensor& source) {
  return write_out("scatter_add_out", out, [&] { return scatter_add(self, dim, index, source); });
}
const Tensor& scatter_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                          const Tensor& index, const Tensor& source) {
  return write_out("scatter_out", out, [&] { return scatter(self, dim, index, source); });
}
const Tensor& scatter_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                          const Tensor& index, Scalar value) {
  return write_out("scatter_out", out, [&] { return scatter(self, dim, index, value); });
}
const Tensor& masked_fill_out(const Tensor& out, const Tensor& self, const Tensor& mask,
                              Scalar value) {
  return write_out("masked_fill_out", out, [&] { return masked_fill(self, mask, value); });
}
const Tensor& put_out(const Tensor& out, const Tensor& self, const Tensor& index,
                      const Tensor& source, bool accumulate) {
  return write_out("put_out", out, [&] { return put(self, index, source, accumulate); });
}
const Tensor& masked_scatter_out(const Tensor& out, const Tensor& self, const Tensor& mask,
                                 const Tensor& source) {
  return write_out("masked_scatter_out", out, [&] { return masked_scatter(self, mask, source); });
}
const Tensor& softmax_out(const Tensor& out, const Tensor& self, std::int64_t dim) {
  return write_out("softmax_out", out, [&] { return softmax(self, dim); });
}
const Tensor& log_softmax_out(const Tensor& out, const Tensor& self, std::int64_t dim) {
  return write_out("log_softmax_out", out, [&] { return log_softmax(self, dim); });
}
const Tensor& logsumexp_out(const Tensor& out, const Tensor& self, std::int64_t dim, bool keepdim) {
  return write_out("logsumexp_out", out, [&] { return logsumexp(self, dim, keepdim); });
}
const Tensor& max_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("max_out", out, [&] { return max(self, other); });
}
const Tensor& min_out(const Tensor& out, const Tensor& self, const Tensor& other) {
  return write_out("min_out", out, [&] { return min(self, other); });
}
const Tensor& all_out(const Tensor& out, const Tensor& self, std::int64_t dim, bool keepdim) {
  return write_out("all_out", out, [&] { return all(self, dim, keepdim); });
}
const Tensor& any_out(const Tensor& out, const Tensor& self, std::int64_t dim, bool keepdim) {
  return write_out("any_out", out, [&] { return any(self, dim, keepdim); });
}
const Tensor& nanmean_out(const Tensor& out, const Tensor& self, const Shape& dims, bool keepdim) {
  return write_out("nanmean_out", out, [&] { return nanmean(self, dims, keepdim); });
}
const Tensor& count_nonzero_out(const Tensor& out, const Tensor& self, const Shape& dims) {
  return write_out("count_nonzero_out", out, [&] { return count_nonzero(self, dims); });
}
const Tensor& dist_out(const Tensor& out, const Tensor& self, const Tensor& other, Scalar p) {
  return write_out("dist_out", out, [&] { return dist(self, other, p); });
}
const Tensor& cov_out(const Tensor& out, const Tensor& self, std::int64_t correction) {
  return write_out("cov_out", out, [&] { return cov(self, correction); });
}
const Tensor& cov_out(const Tensor& out, const Tensor& self, std::int64_t correction,
                      const Tensor& fweights) {
  return write_out("cov_out", out, [&] { return cov(self, correction, fweights); });
}
const Tensor& cov_out(const Tensor& out, const Tensor& self, std::int64_t correction,
                      const Tensor& fweights, const Tensor& aweights) {
  return write_out("cov_out", out, [&] { return cov(self, correction, fweights, aweights); });
}
const Tensor& corrcoef_out(const Tensor& out, const Tensor& self) {
  return write_out("corrcoef_out", out, [&] { return corrcoef(self); });
}
const Tensor& renorm_out(const Tensor& out, const Tensor& self, Scalar p, std::int64_t dim,
                         Scalar maxnorm) {
  return write_out("renorm_out", out, [&] { return renorm(self, p, dim, maxnorm); });
}
const Tensor& trace_out(const Tensor& out, const Tensor& self) {
  return write_out("trace_out", out, [&] { return trace(self); });
}
const Tensor& median_out(const Tensor& out, const Tensor& self) {
  return write_out("median_out", out, [&] { return median(self); });
}
const Tensor& nanmedian_out(const Tensor& out, const Tensor& self) {
  return write_out("nanmedian_out", out, [&] { return nanmedian(self); });
}
const Tensor& msort_out(const Tensor& out, const Tensor& self) {
  return write_out("msort_out", out, [&] { return msort(self); });
}
const Tensor& cumprod_out(const Tensor& out, const Tensor& self, std::int64_t dim) {
  return write_out("cumprod_out", out, [&] { return cumprod(self, dim); });
}
const Tensor& logcumsumexp_out(const Tensor& out, const Tensor& self, std::int64_t dim) {
  return write_out("logcumsumexp_out", out, [&] { return logcumsumexp(self, dim); });
}
const Tensor& diff_out(const Tensor& out, const Tensor& self, std::int64_t n, std::int64_t dim) {
  return write_out("diff_out", out, [&] { return diff(self, n, dim); });
}
const Tensor& bincount_out(const Tensor& out, const Tensor& self) {
  return write_out("bincount_out", out, [&] { return bincount(self); });
}
const Tensor& bincount_out(const Tensor& out, const Tensor& self, const Tensor& weights,
                           std::int64_t minlength) {
  return write_out("bincount_out", out, [&] { return bincount(self, weights, minlength); });
}
const Tensor& histc_out(const Tensor& out, const Tensor& self, std::int64_t bins, Scalar min,
                        Scalar max) {
  return write_out("histc_out", out, [&] { return histc(self, bins, min, max); });
}
const Tensor& bucketize_out(const Tensor& out, const Tensor& self, const Tensor& boundaries,
                            bool right) {
  return write_out("bucketize_out", out, [&] { return bucketize(self, boundaries, right); });
}
const Tensor& multinomial_out(const Tensor& out, const Tensor& self, std::int64_t count,
                              bool replacement) {
  return write_out("multinomial_out", out, [&] { return multinomial(self, count, replacement); });
}

}  // namespace tandem
