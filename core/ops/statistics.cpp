// Statistics, order statistics, scans and counts, composed of other ops.
#include "core/ops/statistics.h"

#include <limits>

#include "core/ops/cat.h"
#include "core/ops/compare.h"
#include "core/ops/factories.h"
#include "core/ops/indexing.h"
#include "core/ops/matmul.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/pointwise.h"
#include "core/ops/scatter.h"
#include "core/ops/shape_ops.h"

namespace tandem {

Tensor max(const Tensor& self, const Tensor& other) { return maximum(self, other); }
Tensor min(const Tensor& self, const Tensor& other) { return minimum(self, other); }

namespace {

/// `reduced` of a tensor of truth values along `dim`; `none` for an empty dimension.
template <class Reduce> Tensor truth_along(const Tensor& x, std::int64_t dim, bool keepdim,
                                           bool none, const Reduce& reduced) {
  if (x.size(dim) > 0) return reduced(x != 0, Shape{dim}, keepdim);
  Shape shape = x.sizes();
  const int d = wrap_dim("all, any", dim, shape.rank());
  if (keepdim)
    shape[d] = 1;
  else
    shape.erase(d);
  return full(shape, none, x.device());
}

}  // namespace

Tensor all(const Tensor& self, std::int64_t dim, bool keepdim) {
  if (self.dim() == 0) return all(self);
  return truth_along(self, dim, keepdim, true, amin);
}
Tensor any(const Tensor& self, std::int64_t dim, bool keepdim) {
  if (self.dim() == 0) return any(self);
  return truth_along(self, dim, keepdim, false, amax);
}

TensorPair var_mean(const Tensor& x, const Shape& dims, bool unbiased, bool keepdim) {
  return {var(x, dims, unbiased, keepdim), mean(x, dims, keepdim)};
}
TensorPair std_mean(const Tensor& x, const Shape& dims, bool unbiased, bool keepdim) {
  return {std(x, dims, unbiased, keepdim), mean(x, dims, keepdim)};
}

TensorPair aminmax(const Tensor& self, std::optional<std::int64_t> dim, bool keepdim) {
  const Shape dims = dim && self.dim() > 0 ? Shape{*dim} : Shape();
  return {amin(self, dims, keepdim), amax(self, dims, keepdim)};
}

Tensor nanmean(const Tensor& self, const Shape& dims, bool keepdim) {
  check(self.is_floating_point(), "nanmean: expected a floating-point tensor, got ",
        self.describe());
  const Tensor count = sum(logical_not(isnan(self)), dims, keepdim);
  return nansum(self, dims, keepdim) / count;
}

Tensor count_nonzero(const Tensor& self, const Shape& dims) { return sum(self != 0, dims); }
Tensor dist(const Tensor& self, const Tensor& other, Scalar p) { return norm(self - other, p); }

Tensor cov(const Tensor& self, std::int64_t correction, const Tensor& fweights,
           const Tensor& aweights) {
  check(self.dim() <= 2 && self.dtype() != kBool,
        "cov: expected numbers in at most two dimensions, got ", self.describe());
  const Tensor x = as_real(self.dim() < 2 ? self.reshape({1, -1}) : self);
  const std::int64_t count = x.size(1);
  for (const Tensor& given : {fweights, aweights})
    check(!given.defined() || given.sizes() == Shape{count}, "cov: the weights ", given.describe(),
          " are not one for each of ", count, " columns");
  check(!fweights.defined() || !fweights.is_floating_point(),
        "cov: fweights must be integers, got ", fweights.describe());
  check(!aweights.defined() || aweights.is_floating_point(), "cov: aweights must be real, got ",
        aweights.describe());
  for (const Tensor& given : {fweights, aweights})
    check(!given.defined() || all(given >= 0).item<bool>(), "cov: a weight is negative");
  Tensor weights;
  if (fweights.defined()) weights = fweights.to(x.dtype());
  if (aweights.defined()) weights = weights.defined() ? weights * aweights : aweights.to(x.dtype());
  const Tensor total = weights.defined() ? weights.sum() : full({}, count, x.options());
  const Tensor weighted = weights.defined() ? x * weights : x;
  const Tensor deviations = x - (weighted.sum({1}, true) / total);
  const Tensor lost = aweights.defined() && correction != 0
                          ? correction * (weights * aweights).sum() / total
                          : full({}, correction, x.options());
  const Tensor products =
      matmul(weights.defined() ? deviations * weights : deviations, deviations.t());
  return (products / (total - lost).clamp_min(0)).squeeze();
}

Tensor corrcoef(const Tensor& self) {
  const Tensor covariances = cov(self);
  if (covariances.dim() == 0) return covariances / covariances;
  const Tensor deviations = sqrt(covariances.diagonal());
  return clamp(covariances / deviations.unsqueeze(1) / deviations, -1, 1);
}

Tensor renorm(const Tensor& self, Scalar p, std::int64_t dim, Scalar maxnorm) {
  const int kept = wrap_dim("renorm", dim, self.dim());
  check(self.dim() >= 2, "renorm: expected at least two dimensions, got ", self.describe());
  check(p.toDouble() > 0 && maxnorm.toDouble() >= 0,
        "renorm: expected p above 0 and maxnorm not below, got ", p, " and ", maxnorm);
  Shape others;
  for (int d = 0; d < self.dim(); ++d)
    if (d != kept) others.push_back(d);
  const Tensor is_over = norm(self.detach(), p.toDouble(), others, true) > maxnorm;
  // Slices that stay are ones here: their norms may be nan, and so may its gradient.
  const Tensor norms = norm(where(is_over, self, 1), p.toDouble(), others, true);
  return self * where(is_over, maxnorm / (norms + 1e-7), 1);
}

Tensor trace(const Tensor& self) {
  check(self.dim() == 2, "trace: expected a matrix, got ", self.describe());
  return sum(self.diagonal());
}

// ---- order ----

namespace {

void check_has_elements(const char* op, const Tensor& x, std::int64_t dim) {
  check(x.size(dim) > 0, op, ": there is no such element in dimension ", dim, " of ", x.describe());
}

/// What x (a vector if it was a number) has at `positions` along dim, which have size 1 there; in
/// the shape for the caller, who gave a number or not.
TensorPair picked(const Tensor& given, const Tensor& x, std::int64_t dim, const Tensor& positions,
                  bool keepdim) {
  const Tensor values = gather(x, dim, positions);
  if (given.dim() == 0) return {values.reshape({}), positions.reshape({})};
  if (keepdim) return {values, positions};
  return {values.squeeze(dim), positions.squeeze(dim)};
}

}  // namespace

TensorPair kthvalue(const Tensor& self, std::int64_t k, std::int64_t dim, bool keepdim) {
  const Tensor x = atleast_1d(self);
  check(k >= 1 && k <= x.size(dim), "kthvalue: k = ", k, " is out of range for dimension ", dim,
        " of ", self.describe());
  return picked(self, x, dim, argsort(x.detach(), dim).narrow(dim, k - 1, 1), keepdim);
}

TensorPair median(const Tensor& self, std::int64_t dim, bool keepdim) {
  const Tensor x = atleast_1d(self);
  check_has_elements("median", x, dim);
  const Tensor order = argsort(x.detach(), dim);
  Tensor position = order.narrow(dim, (x.size(dim) - 1) / 2, 1);
  if (x.is_floating_point()) {
    const Tensor nans = isnan(x);
    position = where(any(nans, dim, true), argmax(nans.to(kInt32), dim, true), position);
  }
  return picked(self, x, dim, position, keepdim);
}

Tensor median(const Tensor& self) {
  check(self.numel() > 0 || self.is_floating_point(), "median: there is no element in ",
        self.describe());
  if (self.numel() == 0) return full({}, std::numeric_limits<double>::quiet_NaN(), self.options());
  const Tensor value = std::get<0>(median(self.detach().reshape({-1}), 0));
  // All that are equal share the gradient.
  const Tensor equals = logical_or(self == value, logical_and(isnan(self), isnan(value)));
  return max(masked_select(self, equals));
}

Tensor nanmedian(const Tensor& self) {
  if (!self.is_floating_point() || self.numel() == 0) return median(self);
  const Tensor numbers = masked_select(self, logical_not(isnan(self)));
  return numbers.numel() == 0 ? median(self) : median(numbers);
}

TensorPair mode(const Tensor& self, std::int64_t dim, bool keepdim) {
  const Tensor x = atleast_1d(self);
  check_has_elements("mode", x, dim);
  const auto [sorted, order] = sort(x.detach(), dim);
  const std::int64_t d = wrap_dim("mode", dim, x.sizes().rank());
  const Tensor same = sorted.unsqueeze(d) == sorted.unsqueeze(d + 1);
  // Equal elements are in the order of their positions: the last of the first longest run.
  const Tensor counts = sum(same, {d}), first = argmax(counts, d, true);
  return picked(self, x, dim, gather(order, d, first + gather(counts, d, first) - 1), keepdim);
}

Tensor msort(const Tensor& self) { return std::get<0>(sort(self, 0)); }

// ---- scans, in log2(n) steps that double their reach ----

namespace {

/// combine(earlier, later) of all elements up to each along `dim`.
template <class Combine>
Tensor scanned(const char* op, const Tensor& x, std::int64_t dim, const Combine& combine) {
  if (x.dim() == 0 || x.numel() == 0) return x.clone();
  const std::int64_t d = wrap_dim(op, dim, x.sizes().rank()), n = x.size(d);
  Tensor out = x;
  for (std::int64_t reach = 1; reach < n; reach *= 2)
    out = cat({out.narrow(d, 0, reach),
               combine(out.narrow(d, 0, n - reach), out.narrow(d, reach, n - reach))},
              d);
  return n == 1 ? out.clone() : out;
}

/// Positions of the largest (smallest) elements up to each along d; of equals, the last.
Tensor positions_so_far(const Tensor& x, std::int64_t d, bool largest) {
  const Shape line = Shape::along(x.sizes().rank(), static_cast<int>(d), x.size(d));
  const Tensor positions = arange(x.size(d), x.device()).reshape(line).expand(x.sizes());
  const auto later_wins = [&](const Tensor& earlier, const Tensor& later) {
    const Tensor a = gather(x, d, earlier), b = gather(x, d, later);
    const Tensor wins = largest ? b >= a : b <= a;
    // A nan stays until the next one.
    return where(x.is_floating_point()
                     ? logical_or(isnan(b), logical_and(wins, logical_not(isnan(a))))
                     : wins,
                 later, earlier);
  };
  return scanned("cummax, cummin", positions, d, later_wins);
}

TensorPair extremes_so_far(const Tensor& self, std::int64_t dim, bool largest) {
  const Tensor x = atleast_1d(self);
  const std::int64_t d = wrap_dim("cummax, cummin", dim, x.sizes().rank());
  const Tensor positions = positions_so_far(x.detach(), d, largest);
  return {gather(x, d, positions).reshape(self.sizes()), positions.reshape(self.sizes())};
}

}  // namespace

Tensor cumprod(const Tensor& self, std::int64_t dim) {
  const Tensor x = self.is_floating_point() ? mixed::to_compute_dtype(self) : self.to(kInt64);
  return scanned("cumprod", x, dim, [](const Tensor& a, const Tensor& b) { return a * b; })
      .to(self.is_floating_point() ? self.dtype() : kInt64);
}
Tensor logcumsumexp(const Tensor& self, std::int64_t dim) {
  check(self.is_floating_point(), "logcumsumexp: expected a floating-point tensor, got ",
        self.describe());
  return scanned("logcumsumexp", mixed::to_compute_dtype(self), dim,
                 [](const Tensor& a, const Tensor& b) { return logaddexp(a, b); })
      .to(self.dtype());
}
TensorPair cummax(const Tensor& self, std::int64_t dim) { return extremes_so_far(self, dim, true); }
TensorPair cummin(const Tensor& self, std::int64_t dim) {
  return extremes_so_far(self, dim, false);
}

Tensor diff(const Tensor& self, std::int64_t n, std::int64_t dim) {
  check(self.dim() > 0, "diff: expected at least one dimension, got ", self.describe());
  check(n >= 0, "diff: expected n >= 0, got ", n);
  Tensor out = self;
  for (std::int64_t i = 0; i < n && out.size(dim) > 0; ++i) {
    const std::int64_t rest = out.size(dim) - 1;
    const Tensor later = out.narrow(dim, 1, rest), earlier = out.narrow(dim, 0, rest);
    out = self.dtype() == DType::Bool ? logical_xor(later, earlier) : later - earlier;
  }
  return n == 0 ? out.clone() : out;
}

// ---- counts ----

Tensor bincount(const Tensor& self, const Tensor& weights, std::int64_t minlength) {
  check(self.dim() == 1 && is_integral(self.dtype()),
        "bincount: expected integers in one dimension, got ", self.describe());
  check(!weights.defined() || weights.sizes() == self.sizes(), "bincount: the weights ",
        weights.describe(), " do not fit ", self.describe());
  check(minlength >= 0, "bincount: expected minlength >= 0, got ", minlength);
  std::int64_t count = minlength;
  if (self.numel() > 0) {
    check(self.min().item<std::int64_t>() >= 0, "bincount: a number is negative");
    count = std::max(count, self.max().item<std::int64_t>() + 1);
  }
  const Tensor ones = tandem::ones(self.sizes(), self.options().dtype(kInt64));
  const Tensor values = !weights.defined()            ? ones
                        : weights.dtype() == kFloat32 ? weights.detach()
                                                      : weights.detach().to(kFloat64);
  return scatter_add(zeros({count}, values.options()), 0, self.to(kInt64), values);
}

Tensor histc(const Tensor& self, std::int64_t bins, Scalar min, Scalar max) {
  check(bins > 0, "histc: expected bins > 0, got ", bins);
  check(self.is_floating_point(), "histc: expected a floating-point tensor, got ", self.describe());
  const Tensor x = self.detach().reshape({-1});
  double low = min.to<double>(), high = max.to<double>();
  if (low == high && x.numel() > 0) low = x.min().item(), high = x.max().item();
  if (low == high) low -= 1, high += 1;
  check(low < high && high - low < std::numeric_limits<double>::infinity(), "histc: the range [",
        low, ", ", high, "] is empty or not finite");
  const Tensor inside = masked_select(x, logical_and(x >= low, x <= high));
  const Tensor bin =
      clamp((inside - low) * (static_cast<double>(bins) / (high - low)), {}, bins - 1);
  return bincount(bin.to(kInt64), {}, bins).to(self.dtype());
}

Tensor bucketize(const Tensor& self, const Tensor& boundaries, bool right) {
  check(boundaries.dim() == 1, "bucketize: expected boundaries in one dimension, got ",
        boundaries.describe());
  const Tensor x = self.detach().unsqueeze(-1);
  // nan is above every number, as it is when sorted.
  const Tensor below = right ? logical_not(boundaries > x) : boundaries < x;
  return sum(x.is_floating_point() ? logical_or(below, isnan(x)) : below, {-1});
}
Tensor searchsorted(const Tensor& sorted, const Tensor& x, bool right) {
  check(sorted.dim() == 1, "searchsorted: expected a sequence in one dimension, got ",
        sorted.describe());
  return bucketize(x, sorted, right);
}

Tensor multinomial(const Tensor& self, std::int64_t count, bool replacement) {
  check(self.is_floating_point() && (self.dim() == 1 || self.dim() == 2),
        "multinomial: expected probabilities in one or two dimensions, got ", self.describe());
  const Tensor p = self.detach();
  check(p.size(-1) > 0 && count > 0 && (replacement || count <= p.size(-1)), "multinomial: ", count,
        " draws ", replacement ? "with" : "without", " replacement are impossible from ",
        self.describe());
  check(all(logical_and(p >= 0, isfinite(p))).item<bool>(),
        "multinomial: a probability is negative, infinite or nan");
  const Tensor total = sum(p, {-1}, true);
  check(all(total > 0).item<bool>(), "multinomial: the probabilities of a row add up to 0");
  if (!replacement || count == 1) {
    // The smallest of exponential times divided by the probabilities.
    const Tensor quotient = p / empty_like(p).exponential_();
    if (count == 1) return argmax(quotient, -1, true);
    check(all(sum(p > 0, {-1}) >= count).item<bool>(), "multinomial: fewer than ", count,
          " positions have a probability above 0");
    return std::get<1>(topk(quotient, count, -1));
  }
  const Tensor sums = cumsum((p / total).to(kFloat64), -1);
  Shape shape = p.sizes();
  shape[shape.rank() - 1] = count;
  const Tensor draws = empty(shape, sums.options()).uniform_();
  const Tensor position = sum(sums.unsqueeze(-2) < draws.unsqueeze(-1), {-1});
  return clamp(position, {}, p.size(-1) - 1).to(kInt64);
}

std::tuple<Tensor, Tensor, Tensor> _unique2(const Tensor& self, bool, bool return_inverse,
                                            bool return_counts) {
  const Tensor none = empty({0}, self.options().dtype(kInt64)), x = self.detach().reshape({-1});
  if (x.numel() == 0) return {x.clone(), none.reshape(self.sizes()), none};
  const auto [sorted, order] = sort(x, 0);
  const Tensor first =
      cat({ones({1}, sorted.options().dtype(kBool)),
           sorted.narrow(0, 1, x.numel() - 1) != sorted.narrow(0, 0, x.numel() - 1)});
  const Tensor number = cumsum(first, 0) - 1;  // of each sorted element's value
  Tensor inverse = none, counts = none;
  if (return_inverse || return_counts)
    inverse = scatter_add(zeros_like(number), 0, order, number).reshape(self.sizes());
  if (return_counts) counts = bincount(number);
  return {masked_select(sorted, first), inverse, counts};
}

}  // namespace tandem
