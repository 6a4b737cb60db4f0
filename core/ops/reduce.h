// Reductions and what is built from them.
//
// `dims` are the dimensions to combine, negative ones counted from the end; none means all. With
// keepdim they stay, with size 1. float32 is summed in double and rounded once; sums of integers
// are int64.
#pragma once

#include "core/tensor/tensor.h"

namespace tandem {

Tensor sum(const Tensor& self);
Tensor sum(const Tensor& self, const Shape& dims, bool keepdim = false);
/// The sum of the elements that are not nan; those that are get gradient 0.
Tensor nansum(const Tensor& self, const Shape& dims = {}, bool keepdim = false);
/// The mean of nothing is nan. Integers throw.
Tensor mean(const Tensor& self);
Tensor mean(const Tensor& self, const Shape& dims, bool keepdim = false);
Tensor prod(const Tensor& self);
Tensor prod(const Tensor& self, std::int64_t dim, bool keepdim = false);
/// Variance, divided by n - 1 (unbiased) or n.
Tensor var(const Tensor& x, const Shape& dims = {}, bool unbiased = true, bool keepdim = false);
Tensor std(const Tensor& x, const Shape& dims = {}, bool unbiased = true, bool keepdim = false);
/// (sum |x|^p)^(1/p); p may be infinity. The 2-norm's gradient at 0 is 0.
Tensor norm(const Tensor& self, Scalar p = 2);
Tensor norm(const Tensor& self, Scalar p, const Shape& dims, bool keepdim = false);
/// The largest element; ties share the gradient evenly. nan wins. An empty tensor throws.
Tensor max(const Tensor& self);
Tensor min(const Tensor& self);
/// Largest along `dim` and where it first stands; the whole gradient goes there.
std::tuple<Tensor, Tensor> max(const Tensor& self, std::int64_t dim, bool keepdim = false);
std::tuple<Tensor, Tensor> min(const Tensor& self, std::int64_t dim, bool keepdim = false);
/// As max without a position; ties share the gradient evenly.
Tensor amax(const Tensor& self, const Shape& dims = {}, bool keepdim = false);
Tensor amin(const Tensor& self, const Shape& dims = {}, bool keepdim = false);
/// int64; without `dim`, a position in the flattened tensor.
Tensor argmax(const Tensor& self, std::optional<std::int64_t> dim = {}, bool keepdim = false);
Tensor argmin(const Tensor& self, std::optional<std::int64_t> dim = {}, bool keepdim = false);
/// Sums of the elements up to each along `dim`. In place, too.
Tensor cumsum(const Tensor& self, std::int64_t dim);

}  // namespace tandem
