// The methods of Tensor that repeat free functions of core/ops, which say what they do. Written by
// core/ops/generate_methods.py.
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/base/dtype.h"
#include "core/base/shape.h"

namespace tandem {

class Tensor;
using TensorList = std::vector<Tensor>;
using TensorPair = std::tuple<Tensor, Tensor>;

/// The base of Tensor alone.
class TensorMethods {
 public:
  // ---- core/ops/compare.h ----
  Tensor all() const;
  Tensor any() const;
  bool equal(const Tensor& other) const;
  bool allclose(const Tensor& other, double rtol = 1e-5, double atol = 1e-8,
                bool equal_nan = false) const;
  // ---- core/ops/elementwise.h ----
  Tensor tanh() const;
  Tensor sigmoid() const;
  Tensor relu() const;
  Tensor clamp(std::optional<Scalar> min = {}, std::optional<Scalar> max = {}) const;
  Tensor exp() const;
  Tensor expm1() const;
  const Tensor& expm1_() const;
  Tensor log() const;
  Tensor log2() const;
  const Tensor& log2_() const;
  Tensor log10() const;
  const Tensor& log10_() const;
  Tensor log1p() const;
  const Tensor& log1p_() const;
  Tensor sqrt() const;
  Tensor rsqrt() const;
  const Tensor& rsqrt_() const;
  Tensor square() const;
  Tensor reciprocal() const;
  const Tensor& reciprocal_() const;
  Tensor erf() const;
  const Tensor& erf_() const;
  Tensor normal_cdf() const;
  const Tensor& normal_cdf_() const;
  Tensor sin() const;
  const Tensor& sin_() const;
  Tensor cos() const;
  const Tensor& cos_() const;
  Tensor tan() const;
  const Tensor& tan_() const;
  Tensor sinh() const;
  const Tensor& sinh_() const;
  Tensor cosh() const;
  const Tensor& cosh_() const;
  Tensor asin() const;
  const Tensor& asin_() const;
  Tensor acos() const;
  const Tensor& acos_() const;
  Tensor atan() const;
  const Tensor& atan_() const;
  Tensor asinh() const;
  const Tensor& asinh_() const;
  Tensor acosh() const;
  const Tensor& acosh_() const;
  Tensor atanh() const;
  const Tensor& atanh_() const;
  Tensor neg() const;
  Tensor abs() const;
  Tensor sign() const;
  const Tensor& sign_() const;
  Tensor floor() const;
  const Tensor& floor_() const;
  Tensor ceil() const;
  const Tensor& ceil_() const;
  Tensor trunc() const;
  const Tensor& trunc_() const;
  Tensor round() const;
  const Tensor& round_() const;
  Tensor isnan() const;
  Tensor isinf() const;
  Tensor isfinite() const;
  Tensor logical_not() const;
  const Tensor& logical_not_() const;
  Tensor add(const Tensor& other, Scalar alpha = 1) const;
  Tensor add(Scalar other, Scalar alpha = 1) const;
  Tensor sub(const Tensor& other, Scalar alpha = 1) const;
  Tensor sub(Scalar other, Scalar alpha = 1) const;
  Tensor mul(const Tensor& other) const;
  Tensor mul(Scalar other) const;
  Tensor div(const Tensor& other) const;
  Tensor div(Scalar other) const;
  Tensor pow(const Tensor& other) const;
  Tensor pow(Scalar exponent) const;
  Tensor maximum(const Tensor& other) const;
  const Tensor& maximum_(const Tensor& other) const;
  Tensor minimum(const Tensor& other) const;
  const Tensor& minimum_(const Tensor& other) const;
  Tensor remainder(const Tensor& other) const;
  const Tensor& remainder_(const Tensor& other) const;
  Tensor remainder(Scalar other) const;
  const Tensor& remainder_(Scalar other) const;
  Tensor fmod(const Tensor& other) const;
  const Tensor& fmod_(const Tensor& other) const;
  Tensor fmod(Scalar other) const;
  const Tensor& fmod_(Scalar other) const;
  Tensor floor_divide(const Tensor& other) const;
  const Tensor& floor_divide_(const Tensor& other) const;
  Tensor floor_divide(Scalar other) const;
  const Tensor& floor_divide_(Scalar other) const;
  Tensor atan2(const Tensor& other) const;
  const Tensor& atan2_(const Tensor& other) const;
  Tensor hypot(const Tensor& other) const;
  const Tensor& hypot_(const Tensor& other) const;
  Tensor eq(const Tensor& other) const;
  const Tensor& eq_(const Tensor& other) const;
  Tensor eq(Scalar other) const;
  const Tensor& eq_(Scalar other) const;
  Tensor ne(const Tensor& other) const;
  const Tensor& ne_(const Tensor& other) const;
  Tensor ne(Scalar other) const;
  const Tensor& ne_(Scalar other) const;
  Tensor lt(const Tensor& other) const;
  const Tensor& lt_(const Tensor& other) const;
  Tensor lt(Scalar other) const;
  const Tensor& lt_(Scalar other) const;
  Tensor le(const Tensor& other) const;
  const Tensor& le_(const Tensor& other) const;
  Tensor le(Scalar other) const;
  const Tensor& le_(Scalar other) const;
  Tensor gt(const Tensor& other) const;
  const Tensor& gt_(const Tensor& other) const;
  Tensor gt(Scalar other) const;
  const Tensor& gt_(Scalar other) const;
  Tensor ge(const Tensor& other) const;
  const Tensor& ge_(const Tensor& other) const;
  Tensor ge(Scalar other) const;
  const Tensor& ge_(Scalar other) const;
  Tensor logical_and(const Tensor& other) const;
  const Tensor& logical_and_(const Tensor& other) const;
  Tensor logical_or(const Tensor& other) const;
  const Tensor& logical_or_(const Tensor& other) const;
  Tensor logical_xor(const Tensor& other) const;
  const Tensor& logical_xor_(const Tensor& other) const;
  Tensor sum_to_size(const Shape& shape) const;
  const Tensor& sum_to_size_(const Shape& shape) const;
  // ---- core/ops/indexing.h ----
  Tensor index_select(std::int64_t dim, const Tensor& index) const;
  Tensor gather(std::int64_t dim, const Tensor& index) const;
  Tensor take(const Tensor& index) const;
  Tensor take_along_dim(const Tensor& indices, std::optional<std::int64_t> dim = {}) const;
  Tensor masked_select(const Tensor& mask) const;
  Tensor nonzero() const;
  Tensor argwhere() const;
  Tensor flip(const Shape& dims) const;
  Tensor tril(std::int64_t diagonal = 0) const;
  const Tensor& tril_(std::int64_t diagonal = 0) const;
  Tensor triu(std::int64_t diagonal = 0) const;
  const Tensor& triu_(std::int64_t diagonal = 0) const;
  Tensor repeat(const Shape& repeats) const;
  Tensor repeat_interleave(std::int64_t repeats, std::optional<std::int64_t> dim = {}) const;
  std::tuple<Tensor, Tensor> sort(std::int64_t dim = -1, bool descending = false) const;
  Tensor argsort(std::int64_t dim = -1, bool descending = false) const;
  std::tuple<Tensor, Tensor> topk(std::int64_t k, std::int64_t dim = -1, bool largest = true) const;
  // ---- core/ops/matmul.h ----
  Tensor matmul(const Tensor& other) const;
  Tensor mm(const Tensor& other) const;
  Tensor bmm(const Tensor& other) const;
  Tensor mv(const Tensor& other) const;
  Tensor dot(const Tensor& other) const;
  Tensor addmm(const Tensor& a, const Tensor& b, Scalar beta = 1, Scalar alpha = 1) const;
  const Tensor& addmm_(const Tensor& a, const Tensor& b, Scalar beta = 1, Scalar alpha = 1) const;
  // ---- core/ops/padding.h ----
  Tensor pad(const Shape& pad, const std::string& mode = "constant", double value = 0) const;
  Tensor constant_pad_nd(const Shape& pad, double value = 0) const;
  // ---- core/ops/pointwise.h ----
  Tensor absolute() const;
  const Tensor& absolute_() const;
  Tensor negative() const;
  const Tensor& negative_() const;
  Tensor sgn() const;
  const Tensor& sgn_() const;
  Tensor fix() const;
  const Tensor& fix_() const;
  Tensor arcsin() const;
  const Tensor& arcsin_() const;
  Tensor arccos() const;
  const Tensor& arccos_() const;
  Tensor arctan() const;
  const Tensor& arctan_() const;
  Tensor arcsinh() const;
  const Tensor& arcsinh_() const;
  Tensor arccosh() const;
  const Tensor& arccosh_() const;
  Tensor arctanh() const;
  const Tensor& arctanh_() const;
  Tensor arctan2(const Tensor& other) const;
  const Tensor& arctan2_(const Tensor& other) const;
  Tensor subtract(const Tensor& other, Scalar alpha = 1) const;
  const Tensor& subtract_(const Tensor& other, Scalar alpha = 1) const;
  Tensor subtract(Scalar other, Scalar alpha = 1) const;
  const Tensor& subtract_(Scalar other, Scalar alpha = 1) const;
  Tensor multiply(const Tensor& other) const;
  const Tensor& multiply_(const Tensor& other) const;
  Tensor multiply(Scalar other) const;
  const Tensor& multiply_(Scalar other) const;
  Tensor divide(const Tensor& other) const;
  const Tensor& divide_(const Tensor& other) const;
  Tensor divide(Scalar other) const;
  const Tensor& divide_(Scalar other) const;
  Tensor true_divide(const Tensor& other) const;
  const Tensor& true_divide_(const Tensor& other) const;
  Tensor true_divide(Scalar other) const;
  const Tensor& true_divide_(Scalar other) const;
  Tensor not_equal(const Tensor& other) const;
  const Tensor& not_equal_(const Tensor& other) const;
  Tensor not_equal(Scalar other) const;
  const Tensor& not_equal_(Scalar other) const;
  Tensor less(const Tensor& other) const;
  const Tensor& less_(const Tensor& other) const;
  Tensor less(Scalar other) const;
  const Tensor& less_(Scalar other) const;
  Tensor less_equal(const Tensor& other) const;
  const Tensor& less_equal_(const Tensor& other) const;
  Tensor less_equal(Scalar other) const;
  const Tensor& less_equal_(Scalar other) const;
  Tensor greater(const Tensor& other) const;
  const Tensor& greater_(const Tensor& other) const;
  Tensor greater(Scalar other) const;
  const Tensor& greater_(Scalar other) const;
  Tensor greater_equal(const Tensor& other) const;
  const Tensor& greater_equal_(const Tensor& other) const;
  Tensor greater_equal(Scalar other) const;
  const Tensor& greater_equal_(Scalar other) const;
  Tensor clip(std::optional<Scalar> min = {}, std::optional<Scalar> max = {}) const;
  const Tensor& clip_(std::optional<Scalar> min = {}, std::optional<Scalar> max = {}) const;
  Tensor clamp_min(Scalar min) const;
  const Tensor& clamp_min_(Scalar min) const;
  Tensor clamp_max(Scalar max) const;
  const Tensor& clamp_max_(Scalar max) const;
  Tensor frac() const;
  const Tensor& frac_() const;
  Tensor exp2() const;
  const Tensor& exp2_() const;
  Tensor deg2rad() const;
  const Tensor& deg2rad_() const;
  Tensor rad2deg() const;
  const Tensor& rad2deg_() const;
  Tensor logit(std::optional<double> eps = {}) const;
  const Tensor& logit_(std::optional<double> eps = {}) const;
  Tensor sinc() const;
  const Tensor& sinc_() const;
  Tensor nan_to_num(std::optional<double> nan = {}, std::optional<double> posinf = {},
                    std::optional<double> neginf = {}) const;
  const Tensor& nan_to_num_(std::optional<double> nan = {}, std::optional<double> posinf = {},
                            std::optional<double> neginf = {}) const;
  Tensor bitwise_not() const;
  const Tensor& bitwise_not_() const;
  Tensor div(const Tensor& other, const std::string& rounding_mode) const;
  Tensor div(Scalar other, const std::string& rounding_mode) const;
  Tensor float_power(const Tensor& exponent) const;
  const Tensor& float_power_(const Tensor& exponent) const;
  Tensor float_power(Scalar exponent) const;
  const Tensor& float_power_(Scalar exponent) const;
  Tensor fmax(const Tensor& other) const;
  const Tensor& fmax_(const Tensor& other) const;
  Tensor fmin(const Tensor& other) const;
  const Tensor& fmin_(const Tensor& other) const;
  Tensor heaviside(const Tensor& values) const;
  const Tensor& heaviside_(const Tensor& values) const;
  Tensor copysign(const Tensor& other) const;
  const Tensor& copysign_(const Tensor& other) const;
  Tensor copysign(Scalar other) const;
  const Tensor& copysign_(Scalar other) const;
  Tensor ldexp(const Tensor& other) const;
  const Tensor& ldexp_(const Tensor& other) const;
  Tensor xlogy(const Tensor& other) const;
  const Tensor& xlogy_(const Tensor& other) const;
  Tensor xlogy(Scalar other) const;
  const Tensor& xlogy_(Scalar other) const;
  Tensor logaddexp(const Tensor& other) const;
  const Tensor& logaddexp_(const Tensor& other) const;
  Tensor logaddexp2(const Tensor& other) const;
  const Tensor& logaddexp2_(const Tensor& other) const;
  Tensor bitwise_and(const Tensor& other) const;
  const Tensor& bitwise_and_(const Tensor& other) const;
  Tensor bitwise_and(Scalar other) const;
  const Tensor& bitwise_and_(Scalar other) const;
  Tensor bitwise_or(const Tensor& other) const;
  const Tensor& bitwise_or_(const Tensor& other) const;
  Tensor bitwise_or(Scalar other) const;
  const Tensor& bitwise_or_(Scalar other) const;
  Tensor bitwise_xor(const Tensor& other) const;
  const Tensor& bitwise_xor_(const Tensor& other) const;
  Tensor bitwise_xor(Scalar other) const;
  const Tensor& bitwise_xor_(Scalar other) const;
  Tensor lerp(const Tensor& end, const Tensor& weight) const;
  const Tensor& lerp_(const Tensor& end, const Tensor& weight) const;
  Tensor lerp(const Tensor& end, Scalar weight) const;
  const Tensor& lerp_(const Tensor& end, Scalar weight) const;
  Tensor addcmul(const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1) const;
  const Tensor& addcmul_(const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1) const;
  Tensor addcdiv(const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1) const;
  const Tensor& addcdiv_(const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1) const;
  Tensor isposinf() const;
  Tensor isneginf() const;
  Tensor isclose(const Tensor& other, double rtol = 1e-5, double atol = 1e-8,
                 bool equal_nan = false) const;
  // ---- core/ops/products.h ----
  Tensor outer(const Tensor& other) const;
  Tensor ger(const Tensor& other) const;
  Tensor inner(const Tensor& other) const;
  Tensor vdot(const Tensor& other) const;
  Tensor tensordot(const Tensor& other, std::int64_t dims = 2) const;
  Tensor tensordot(const Tensor& other, const Shape& dims_self, const Shape& dims_other) const;
  Tensor baddbmm(const Tensor& batch1, const Tensor& batch2, Scalar beta = 1,
                 Scalar alpha = 1) const;
  const Tensor& baddbmm_(const Tensor& batch1, const Tensor& batch2, Scalar beta = 1,
                         Scalar alpha = 1) const;
  Tensor addbmm(const Tensor& batch1, const Tensor& batch2, Scalar beta = 1,
                Scalar alpha = 1) const;
  const Tensor& addbmm_(const Tensor& batch1, const Tensor& batch2, Scalar beta = 1,
                        Scalar alpha = 1) const;
  Tensor addmv(const Tensor& mat, const Tensor& vec, Scalar beta = 1, Scalar alpha = 1) const;
  const Tensor& addmv_(const Tensor& mat, const Tensor& vec, Scalar beta = 1,
                       Scalar alpha = 1) const;
  Tensor addr(const Tensor& vec1, const Tensor& vec2, Scalar beta = 1, Scalar alpha = 1) const;
  const Tensor& addr_(const Tensor& vec1, const Tensor& vec2, Scalar beta = 1,
                      Scalar alpha = 1) const;
  Tensor kron(const Tensor& other) const;
  Tensor cross(const Tensor& other, std::optional<std::int64_t> dim = {}) const;
  // ---- core/ops/reduce.h ----
  Tensor sum() const;
  Tensor sum(const Shape& dims, bool keepdim = false) const;
  Tensor nansum(const Shape& dims = {}, bool keepdim = false) const;
  Tensor mean() const;
  Tensor mean(const Shape& dims, bool keepdim = false) const;
  Tensor prod() const;
  Tensor prod(std::int64_t dim, bool keepdim = false) const;
  Tensor norm(Scalar p = 2) const;
  Tensor norm(Scalar p, const Shape& dims, bool keepdim = false) const;
  Tensor max() const;
  Tensor min() const;
  std::tuple<Tensor, Tensor> max(std::int64_t dim, bool keepdim = false) const;
  std::tuple<Tensor, Tensor> min(std::int64_t dim, bool keepdim = false) const;
  Tensor amax(const Shape& dims = {}, bool keepdim = false) const;
  Tensor amin(const Shape& dims = {}, bool keepdim = false) const;
  Tensor argmax(std::optional<std::int64_t> dim = {}, bool keepdim = false) const;
  Tensor argmin(std::optional<std::int64_t> dim = {}, bool keepdim = false) const;
  Tensor cumsum(std::int64_t dim) const;
  const Tensor& cumsum_(std::int64_t dim) const;
  // ---- core/ops/scatter.h ----
  Tensor index_add(std::int64_t dim, const Tensor& index, const Tensor& source) const;
  const Tensor& index_add_(std::int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor index_copy(std::int64_t dim, const Tensor& index, const Tensor& source) const;
  const Tensor& index_copy_(std::int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor index_fill(std::int64_t dim, const Tensor& index, Scalar value) const;
  const Tensor& index_fill_(std::int64_t dim, const Tensor& index, Scalar value) const;
  Tensor scatter_add(std::int64_t dim, const Tensor& index, const Tensor& source) const;
  const Tensor& scatter_add_(std::int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor scatter(std::int64_t dim, const Tensor& index, const Tensor& source) const;
  const Tensor& scatter_(std::int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor scatter(std::int64_t dim, const Tensor& index, Scalar value) const;
  const Tensor& scatter_(std::int64_t dim, const Tensor& index, Scalar value) const;
  Tensor masked_fill(const Tensor& mask, Scalar value) const;
  const Tensor& masked_fill_(const Tensor& mask, Scalar value) const;
  Tensor put(const Tensor& index, const Tensor& source, bool accumulate = false) const;
  const Tensor& put_(const Tensor& index, const Tensor& source, bool accumulate = false) const;
  Tensor masked_scatter(const Tensor& mask, const Tensor& source) const;
  const Tensor& masked_scatter_(const Tensor& mask, const Tensor& source) const;
  // ---- core/ops/shape_ops.h ----
  Tensor positive() const;
  Tensor alias() const;
  Tensor ravel() const;
  Tensor broadcast_to(const Shape& shape) const;
  Tensor swapaxes(std::int64_t dim0, std::int64_t dim1) const;
  Tensor swapdims(std::int64_t dim0, std::int64_t dim1) const;
  Tensor adjoint() const;
  Tensor movedim(const Shape& source, const Shape& destination) const;
  Tensor movedim(std::int64_t source, std::int64_t destination) const;
  Tensor moveaxis(const Shape& source, const Shape& destination) const;
  Tensor moveaxis(std::int64_t source, std::int64_t destination) const;
  Tensor unflatten(std::int64_t dim, const Shape& sizes) const;
  Tensor roll(const Shape& shifts, const Shape& dims = {}) const;
  Tensor tile(const Shape& repeats) const;
  Tensor fliplr() const;
  Tensor flipud() const;
  Tensor rot90(std::int64_t k = 1, const Shape& dims = {0, 1}) const;
  Tensor diag(std::int64_t diagonal = 0) const;
  Tensor diag_embed(std::int64_t offset = 0, std::int64_t dim1 = -2, std::int64_t dim2 = -1) const;
  Tensor diagflat(std::int64_t offset = 0) const;
  std::vector<Tensor> split_with_sizes(const std::vector<std::int64_t>& sizes,
                                       std::int64_t dim = 0) const;
  std::vector<Tensor> tensor_split(std::int64_t sections, std::int64_t dim = 0) const;
  std::vector<Tensor> tensor_split(const std::vector<std::int64_t>& indices,
                                   std::int64_t dim = 0) const;
  std::vector<Tensor> hsplit(std::int64_t sections) const;
  std::vector<Tensor> hsplit(const std::vector<std::int64_t>& indices) const;
  std::vector<Tensor> vsplit(std::int64_t sections) const;
  std::vector<Tensor> vsplit(const std::vector<std::int64_t>& indices) const;
  std::vector<Tensor> dsplit(std::int64_t sections) const;
  std::vector<Tensor> dsplit(const std::vector<std::int64_t>& indices) const;
  std::vector<Tensor> unsafe_chunk(std::int64_t chunks, std::int64_t dim = 0) const;
  std::vector<Tensor> unsafe_split(std::int64_t size, std::int64_t dim = 0) const;
  Tensor slice_scatter(const Tensor& source, std::int64_t dim = 0,
                       std::optional<std::int64_t> start = {}, std::optional<std::int64_t> end = {},
                       std::int64_t step = 1) const;
  Tensor select_scatter(const Tensor& source, std::int64_t dim, std::int64_t index) const;
  Tensor diagonal_scatter(const Tensor& source, std::int64_t offset = 0, std::int64_t dim1 = 0,
                          std::int64_t dim2 = 1) const;
  Tensor combinations(std::int64_t r = 2, bool with_replacement = false) const;
  // ---- core/ops/softmax.h ----
  Tensor softmax(std::int64_t dim) const;
  Tensor log_softmax(std::int64_t dim) const;
  Tensor logsumexp(std::int64_t dim, bool keepdim = false) const;
  // ---- core/ops/statistics.h ----
  Tensor max(const Tensor& other) const;
  Tensor min(const Tensor& other) const;
  Tensor all(std::int64_t dim, bool keepdim = false) const;
  Tensor any(std::int64_t dim, bool keepdim = false) const;
  TensorPair aminmax(std::optional<std::int64_t> dim = {}, bool keepdim = false) const;
  Tensor nanmean(const Shape& dims = {}, bool keepdim = false) const;
  Tensor count_nonzero(const Shape& dims = {}) const;
  Tensor dist(const Tensor& other, Scalar p = 2) const;
  Tensor cov(std::int64_t correction = 1) const;
  Tensor cov(std::int64_t correction, const Tensor& fweights) const;
  Tensor cov(std::int64_t correction, const Tensor& fweights, const Tensor& aweights) const;
  Tensor corrcoef() const;
  Tensor renorm(Scalar p, std::int64_t dim, Scalar maxnorm) const;
  const Tensor& renorm_(Scalar p, std::int64_t dim, Scalar maxnorm) const;
  Tensor trace() const;
  Tensor median() const;
  TensorPair median(std::int64_t dim, bool keepdim = false) const;
  Tensor nanmedian() const;
  TensorPair kthvalue(std::int64_t k, std::int64_t dim = -1, bool keepdim = false) const;
  TensorPair mode(std::int64_t dim = -1, bool keepdim = false) const;
  Tensor msort() const;
  Tensor cumprod(std::int64_t dim) const;
  const Tensor& cumprod_(std::int64_t dim) const;
  Tensor logcumsumexp(std::int64_t dim) const;
  TensorPair cummax(std::int64_t dim) const;
  TensorPair cummin(std::int64_t dim) const;
  Tensor diff(std::int64_t n = 1, std::int64_t dim = -1) const;
  Tensor bincount() const;
  Tensor bincount(const Tensor& weights, std::int64_t minlength = 0) const;
  Tensor histc(std::int64_t bins = 100, Scalar min = 0, Scalar max = 0) const;
  Tensor bucketize(const Tensor& boundaries, bool right = false) const;
  Tensor multinomial(std::int64_t count, bool replacement = false) const;
  std::tuple<Tensor, Tensor, Tensor> _unique2(bool sorted = true, bool return_inverse = false,
                                              bool return_counts = false) const;

 private:
  const Tensor& self() const;
};

}  // namespace tandem
