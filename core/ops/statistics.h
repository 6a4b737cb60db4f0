// Reductions and scans that are composed of others: statistics, order statistics and counts.
//
// As in reduce.h, no dimensions mean all of them, negative ones count from the end, and with
// keepdim they stay with size 1.
#pragma once

#include "core/ops/reduce.h"

namespace tandem {

/// The larger (smaller) of two tensors' elements, as maximum (minimum).
Tensor max(const Tensor& self, const Tensor& other);
Tensor min(const Tensor& self, const Tensor& other);
/// Bool: whether all (any) elements along `dim` are not zero.
Tensor all(const Tensor& self, std::int64_t dim, bool keepdim = false);
Tensor any(const Tensor& self, std::int64_t dim, bool keepdim = false);
/// Variance or standard deviation, and mean.
TensorPair var_mean(const Tensor& x, const Shape& dims = {}, bool unbiased = true,
                    bool keepdim = false);
TensorPair std_mean(const Tensor& x, const Shape& dims = {}, bool unbiased = true,
                    bool keepdim = false);
/// The smallest and the largest element.
TensorPair aminmax(const Tensor& self, std::optional<std::int64_t> dim = {}, bool keepdim = false);
/// The mean of the elements that are not nan.
Tensor nanmean(const Tensor& self, const Shape& dims = {}, bool keepdim = false);
/// How many elements are not zero; int64.
Tensor count_nonzero(const Tensor& self, const Shape& dims = {});
/// The p-norm of self - other.
Tensor dist(const Tensor& self, const Tensor& other, Scalar p = 2);
/// The covariances of the rows' variables (of a vector, its variance), less `correction` in the
/// count; fweights counts each column so often, aweights weighs it.
Tensor cov(const Tensor& self, std::int64_t correction = 1, const Tensor& fweights = {},
           const Tensor& aweights = {});
/// Pearson's correlations of the rows' variables.
Tensor corrcoef(const Tensor& self);
/// Slices along `dim` whose p-norm is above maxnorm scaled down to it. In place, too.
Tensor renorm(const Tensor& self, Scalar p, std::int64_t dim, Scalar maxnorm);
/// The sum of a matrix's diagonal.
Tensor trace(const Tensor& self);

/// The element in the middle, the lower one of two, with its position; nan if there is one.
Tensor median(const Tensor& self);
TensorPair median(const Tensor& self, std::int64_t dim, bool keepdim = false);
/// The same of the elements that are not nan.
Tensor nanmedian(const Tensor& self);
/// The k-th smallest along `dim`, k from 1 on, with its position.
TensorPair kthvalue(const Tensor& self, std::int64_t k, std::int64_t dim = -1,
                    bool keepdim = false);
/// The value that is there most often, the smallest of several, with the last position of it.
TensorPair mode(const Tensor& self, std::int64_t dim = -1, bool keepdim = false);
/// Sorted along the first dimension.
Tensor msort(const Tensor& self);

/// Products of the elements up to each along `dim`. In place, too.
Tensor cumprod(const Tensor& self, std::int64_t dim);
/// log(cumsum(exp(self))) along `dim`, without overflow.
Tensor logcumsumexp(const Tensor& self, std::int64_t dim);
/// Largest (smallest) elements up to each along `dim`, with the last positions of them.
TensorPair cummax(const Tensor& self, std::int64_t dim);
TensorPair cummin(const Tensor& self, std::int64_t dim);
/// Differences of neighbours along `dim`, n times.
Tensor diff(const Tensor& self, std::int64_t n = 1, std::int64_t dim = -1);

/// How often each of 0, 1, ... is in self (integers, none negative, one dimension), or the sum of
/// its weights: at least `minlength` numbers.
Tensor bincount(const Tensor& self, const Tensor& weights = {}, std::int64_t minlength = 0);
/// How many elements are in each of `bins` equal intervals of [min, max], by default of all.
Tensor histc(const Tensor& self, std::int64_t bins = 100, Scalar min = 0, Scalar max = 0);
/// The first (right: last) positions in `sorted` (one dimension) at which self's elements could be
/// put in; int64.
Tensor bucketize(const Tensor& self, const Tensor& boundaries, bool right = false);
Tensor searchsorted(const Tensor& sorted, const Tensor& x, bool right = false);
/// Draws of positions, `count` a row, with the probabilities that the rows of self are in
/// proportion to: int64 [count] or [rows, count]. Without replacement, no position comes twice.
Tensor multinomial(const Tensor& self, std::int64_t count, bool replacement = false);
/// The values without repetition, sorted; where each element is among them; how often each is
/// there.
std::tuple<Tensor, Tensor, Tensor> _unique2(const Tensor& self, bool sorted = true,
                                            bool return_inverse = false,
                                            bool return_counts = false);

}  // namespace tandem
