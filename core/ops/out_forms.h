// Ops that write to a tensor that is there; without them the functions of core/ops say what they
// do. Written by core/ops/generate_methods.py.
#pragma once

#include "core/tensor/tensor.h"

namespace tandem {

const Tensor& tanh_out(const Tensor& out, const Tensor& self);
const Tensor& sigmoid_out(const Tensor& out, const Tensor& self);
const Tensor& relu_out(const Tensor& out, const Tensor& self);
const Tensor& clamp_out(const Tensor& out, const Tensor& self, std::optional<Scalar> min = {},
                        std::optional<Scalar> max = {});
const Tensor& exp_out(const Tensor& out, const Tensor& self);
const Tensor& expm1_out(const Tensor& out, const Tensor& self);
const Tensor& log_out(const Tensor& out, const Tensor& self);
const Tensor& log2_out(const Tensor& out, const Tensor& self);
const Tensor& log10_out(const Tensor& out, const Tensor& self);
const Tensor& log1p_out(const Tensor& out, const Tensor& self);
const Tensor& sqrt_out(const Tensor& out, const Tensor& self);
const Tensor& rsqrt_out(const Tensor& out, const Tensor& self);
const Tensor& square_out(const Tensor& out, const Tensor& self);
const Tensor& reciprocal_out(const Tensor& out, const Tensor& self);
const Tensor& erf_out(const Tensor& out, const Tensor& self);
const Tensor& normal_cdf_out(const Tensor& out, const Tensor& self);
const Tensor& sin_out(const Tensor& out, const Tensor& self);
const Tensor& cos_out(const Tensor& out, const Tensor& self);
const Tensor& tan_out(const Tensor& out, const Tensor& self);
const Tensor& sinh_out(const Tensor& out, const Tensor& self);
const Tensor& cosh_out(const Tensor& out, const Tensor& self);
const Tensor& asin_out(const Tensor& out, const Tensor& self);
const Tensor& acos_out(const Tensor& out, const Tensor& self);
const Tensor& atan_out(const Tensor& out, const Tensor& self);
const Tensor& asinh_out(const Tensor& out, const Tensor& self);
const Tensor& acosh_out(const Tensor& out, const Tensor& self);
const Tensor& atanh_out(const Tensor& out, const Tensor& self);
const Tensor& neg_out(const Tensor& out, const Tensor& self);
const Tensor& abs_out(const Tensor& out, const Tensor& self);
const Tensor& sign_out(const Tensor& out, const Tensor& self);
const Tensor& floor_out(const Tensor& out, const Tensor& self);
const Tensor& ceil_out(const Tensor& out, const Tensor& self);
const Tensor& trunc_out(const Tensor& out, const Tensor& self);
const Tensor& round_out(const Tensor& out, const Tensor& self);
const Tensor& isnan_out(const Tensor& out, const Tensor& self);
const Tensor& isinf_out(const Tensor& out, const Tensor& self);
const Tensor& isfinite_out(const Tensor& out, const Tensor& self);
const Tensor& logical_not_out(const Tensor& out, const Tensor& self);
const Tensor& add_out(const Tensor& out, const Tensor& self, const Tensor& other, Scalar alpha = 1);
const Tensor& add_out(const Tensor& out, const Tensor& self, Scalar other, Scalar alpha = 1);
const Tensor& sub_out(const Tensor& out, const Tensor& self, const Tensor& other, Scalar alpha = 1);
const Tensor& sub_out(const Tensor& out, const Tensor& self, Scalar other, Scalar alpha = 1);
const Tensor& mul_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& mul_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& div_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& div_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& pow_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& pow_out(const Tensor& out, const Tensor& self, Scalar exponent);
const Tensor& maximum_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& minimum_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& remainder_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& remainder_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& fmod_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& fmod_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& floor_divide_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& floor_divide_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& atan2_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& hypot_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& eq_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& eq_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& ne_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& ne_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& lt_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& lt_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& le_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& le_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& gt_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& gt_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& ge_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& ge_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& logical_and_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& logical_or_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& logical_xor_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& sum_to_size_out(const Tensor& out, const Tensor& self, const Shape& shape);
const Tensor& index_select_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                               const Tensor& index);
const Tensor& gather_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                         const Tensor& index);
const Tensor& take_out(const Tensor& out, const Tensor& self, const Tensor& index);
const Tensor& take_along_dim_out(const Tensor& out, const Tensor& self, const Tensor& indices,
                                 std::optional<std::int64_t> dim = {});
const Tensor& masked_select_out(const Tensor& out, const Tensor& self, const Tensor& mask);
const Tensor& nonzero_out(const Tensor& out, const Tensor& self);
const Tensor& argwhere_out(const Tensor& out, const Tensor& self);
const Tensor& flip_out(const Tensor& out, const Tensor& self, const Shape& dims);
const Tensor& tril_out(const Tensor& out, const Tensor& self, std::int64_t diagonal = 0);
const Tensor& triu_out(const Tensor& out, const Tensor& self, std::int64_t diagonal = 0);
const Tensor& repeat_out(const Tensor& out, const Tensor& self, const Shape& repeats);
const Tensor& repeat_interleave_out(const Tensor& out, const Tensor& self, std::int64_t repeats,
                                    std::optional<std::int64_t> dim = {});
const Tensor& argsort_out(const Tensor& out, const Tensor& self, std::int64_t dim = -1,
                          bool descending = false);
const Tensor& matmul_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& mm_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& bmm_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& mv_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& dot_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& addmm_out(const Tensor& out, const Tensor& self, const Tensor& a, const Tensor& b,
                        Scalar beta = 1, Scalar alpha = 1);
const Tensor& absolute_out(const Tensor& out, const Tensor& self);
const Tensor& negative_out(const Tensor& out, const Tensor& self);
const Tensor& sgn_out(const Tensor& out, const Tensor& self);
const Tensor& fix_out(const Tensor& out, const Tensor& self);
const Tensor& arcsin_out(const Tensor& out, const Tensor& self);
const Tensor& arccos_out(const Tensor& out, const Tensor& self);
const Tensor& arctan_out(const Tensor& out, const Tensor& self);
const Tensor& arcsinh_out(const Tensor& out, const Tensor& self);
const Tensor& arccosh_out(const Tensor& out, const Tensor& self);
const Tensor& arctanh_out(const Tensor& out, const Tensor& self);
const Tensor& arctan2_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& subtract_out(const Tensor& out, const Tensor& self, const Tensor& other,
                           Scalar alpha = 1);
const Tensor& subtract_out(const Tensor& out, const Tensor& self, Scalar other, Scalar alpha = 1);
const Tensor& multiply_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& multiply_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& divide_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& divide_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& true_divide_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& true_divide_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& not_equal_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& not_equal_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& less_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& less_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& less_equal_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& less_equal_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& greater_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& greater_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& greater_equal_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& greater_equal_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& clip_out(const Tensor& out, const Tensor& self, std::optional<Scalar> min = {},
                       std::optional<Scalar> max = {});
const Tensor& clamp_min_out(const Tensor& out, const Tensor& self, Scalar min);
const Tensor& clamp_max_out(const Tensor& out, const Tensor& self, Scalar max);
const Tensor& frac_out(const Tensor& out, const Tensor& self);
const Tensor& exp2_out(const Tensor& out, const Tensor& self);
const Tensor& deg2rad_out(const Tensor& out, const Tensor& self);
const Tensor& rad2deg_out(const Tensor& out, const Tensor& self);
const Tensor& logit_out(const Tensor& out, const Tensor& self, std::optional<double> eps = {});
const Tensor& sinc_out(const Tensor& out, const Tensor& self);
const Tensor& nan_to_num_out(const Tensor& out, const Tensor& self, std::optional<double> nan = {},
                             std::optional<double> posinf = {}, std::optional<double> neginf = {});
const Tensor& bitwise_not_out(const Tensor& out, const Tensor& self);
const Tensor& div_out(const Tensor& out, const Tensor& self, const Tensor& other,
                      const std::string& rounding_mode);
const Tensor& div_out(const Tensor& out, const Tensor& self, Scalar other,
                      const std::string& rounding_mode);
const Tensor& float_power_out(const Tensor& out, const Tensor& self, const Tensor& exponent);
const Tensor& float_power_out(const Tensor& out, const Tensor& self, Scalar exponent);
const Tensor& fmax_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& fmin_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& heaviside_out(const Tensor& out, const Tensor& self, const Tensor& values);
const Tensor& copysign_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& copysign_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& ldexp_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& xlogy_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& xlogy_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& logaddexp_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& logaddexp2_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& bitwise_and_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& bitwise_and_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& bitwise_or_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& bitwise_or_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& bitwise_xor_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& bitwise_xor_out(const Tensor& out, const Tensor& self, Scalar other);
const Tensor& lerp_out(const Tensor& out, const Tensor& self, const Tensor& end,
                       const Tensor& weight);
const Tensor& lerp_out(const Tensor& out, const Tensor& self, const Tensor& end, Scalar weight);
const Tensor& addcmul_out(const Tensor& out, const Tensor& self, const Tensor& tensor1,
                          const Tensor& tensor2, Scalar value = 1);
const Tensor& addcdiv_out(const Tensor& out, const Tensor& self, const Tensor& tensor1,
                          const Tensor& tensor2, Scalar value = 1);
const Tensor& isposinf_out(const Tensor& out, const Tensor& self);
const Tensor& isneginf_out(const Tensor& out, const Tensor& self);
const Tensor& isclose_out(const Tensor& out, const Tensor& self, const Tensor& other,
                          double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false);
const Tensor& outer_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& ger_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& inner_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& vdot_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& tensordot_out(const Tensor& out, const Tensor& self, const Tensor& other,
                            std::int64_t dims = 2);
const Tensor& tensordot_out(const Tensor& out, const Tensor& self, const Tensor& other,
                            const Shape& dims_self, const Shape& dims_other);
const Tensor& baddbmm_out(const Tensor& out, const Tensor& self, const Tensor& batch1,
                          const Tensor& batch2, Scalar beta = 1, Scalar alpha = 1);
const Tensor& addbmm_out(const Tensor& out, const Tensor& self, const Tensor& batch1,
                         const Tensor& batch2, Scalar beta = 1, Scalar alpha = 1);
const Tensor& addmv_out(const Tensor& out, const Tensor& self, const Tensor& mat, const Tensor& vec,
                        Scalar beta = 1, Scalar alpha = 1);
const Tensor& addr_out(const Tensor& out, const Tensor& self, const Tensor& vec1,
                       const Tensor& vec2, Scalar beta = 1, Scalar alpha = 1);
const Tensor& kron_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& cross_out(const Tensor& out, const Tensor& self, const Tensor& other,
                        std::optional<std::int64_t> dim = {});
const Tensor& sum_out(const Tensor& out, const Tensor& self);
const Tensor& sum_out(const Tensor& out, const Tensor& self, const Shape& dims,
                      bool keepdim = false);
const Tensor& nansum_out(const Tensor& out, const Tensor& self, const Shape& dims = {},
                         bool keepdim = false);
const Tensor& mean_out(const Tensor& out, const Tensor& self);
const Tensor& mean_out(const Tensor& out, const Tensor& self, const Shape& dims,
                       bool keepdim = false);
const Tensor& prod_out(const Tensor& out, const Tensor& self);
const Tensor& prod_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                       bool keepdim = false);
const Tensor& norm_out(const Tensor& out, const Tensor& self, Scalar p = 2);
const Tensor& norm_out(const Tensor& out, const Tensor& self, Scalar p, const Shape& dims,
                       bool keepdim = false);
const Tensor& max_out(const Tensor& out, const Tensor& self);
const Tensor& min_out(const Tensor& out, const Tensor& self);
const Tensor& amax_out(const Tensor& out, const Tensor& self, const Shape& dims = {},
                       bool keepdim = false);
const Tensor& amin_out(const Tensor& out, const Tensor& self, const Shape& dims = {},
                       bool keepdim = false);
const Tensor& argmax_out(const Tensor& out, const Tensor& self,
                         std::optional<std::int64_t> dim = {}, bool keepdim = false);
const Tensor& argmin_out(const Tensor& out, const Tensor& self,
                         std::optional<std::int64_t> dim = {}, bool keepdim = false);
const Tensor& cumsum_out(const Tensor& out, const Tensor& self, std::int64_t dim);
const Tensor& index_add_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                            const Tensor& index, const Tensor& source);
const Tensor& index_copy_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                             const Tensor& index, const Tensor& source);
const Tensor& index_fill_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                             const Tensor& index, Scalar value);
const Tensor& scatter_add_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                              const Tensor& index, const Tensor& source);
const Tensor& scatter_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                          const Tensor& index, const Tensor& source);
const Tensor& scatter_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                          const Tensor& index, Scalar value);
const Tensor& masked_fill_out(const Tensor& out, const Tensor& self, const Tensor& mask,
                              Scalar value);
const Tensor& put_out(const Tensor& out, const Tensor& self, const Tensor& index,
                      const Tensor& source, bool accumulate = false);
const Tensor& masked_scatter_out(const Tensor& out, const Tensor& self, const Tensor& mask,
                                 const Tensor& source);
const Tensor& softmax_out(const Tensor& out, const Tensor& self, std::int64_t dim);
const Tensor& log_softmax_out(const Tensor& out, const Tensor& self, std::int64_t dim);
const Tensor& logsumexp_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                            bool keepdim = false);
const Tensor& max_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& min_out(const Tensor& out, const Tensor& self, const Tensor& other);
const Tensor& all_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                      bool keepdim = false);
const Tensor& any_out(const Tensor& out, const Tensor& self, std::int64_t dim,
                      bool keepdim = false);
const Tensor& nanmean_out(const Tensor& out, const Tensor& self, const Shape& dims = {},
                          bool keepdim = false);
const Tensor& count_nonzero_out(const Tensor& out, const Tensor& self, const Shape& dims = {});
const Tensor& dist_out(const Tensor& out, const Tensor& self, const Tensor& other, Scalar p = 2);
const Tensor& cov_out(const Tensor& out, const Tensor& self, std::int64_t correction = 1);
const Tensor& cov_out(const Tensor& out, const Tensor& self, std::int64_t correction,
                      const Tensor& fweights);
const Tensor& cov_out(const Tensor& out, const Tensor& self, std::int64_t correction,
                      const Tensor& fweights, const Tensor& aweights);
const Tensor& corrcoef_out(const Tensor& out, const Tensor& self);
const Tensor& renorm_out(const Tensor& out, const Tensor& self, Scalar p, std::int64_t dim,
                         Scalar maxnorm);
const Tensor& trace_out(const Tensor& out, const Tensor& self);
const Tensor& median_out(const Tensor& out, const Tensor& self);
const Tensor& nanmedian_out(const Tensor& out, const Tensor& self);
const Tensor& msort_out(const Tensor& out, const Tensor& self);
const Tensor& cumprod_out(const Tensor& out, const Tensor& self, std::int64_t dim);
const Tensor& logcumsumexp_out(const Tensor& out, const Tensor& self, std::int64_t dim);
const Tensor& diff_out(const Tensor& out, const Tensor& self, std::int64_t n = 1,
                       std::int64_t dim = -1);
const Tensor& bincount_out(const Tensor& out, const Tensor& self);
const Tensor& bincount_out(const Tensor& out, const Tensor& self, const Tensor& weights,
                           std::int64_t minlength = 0);
const Tensor& histc_out(const Tensor& out, const Tensor& self, std::int64_t bins = 100,
                        Scalar min = 0, Scalar max = 0);
const Tensor& bucketize_out(const Tensor& out, const Tensor& self, const Tensor& boundaries,
                            bool right = false);
const Tensor& multinomial_out(const Tensor& out, const Tensor& self, std::int64_t count,
                              bool replacement = false);

}  // namespace tandem
