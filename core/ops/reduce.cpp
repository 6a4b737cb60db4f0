// Reductions and what is built from them, forward and backward.
#include "core/ops/reduce.h"

#include <algorithm>
#include <limits>

#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/ops/cat.h"
#include "core/ops/compare.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/reduced_dims.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

using autograd::BackwardContext;

namespace {

ReducePlan plan_reduction(const Tensor& x, const Tensor& out, const ReducedDims& dims) {
  Shape kept, kept_in, reduced, reduced_in;
  for (int d = 0; d < x.sizes().rank(); ++d) {
    (dims.reduced[d] ? reduced : kept).push_back(x.sizes()[d]);
    (dims.reduced[d] ? reduced_in : kept_in).push_back(x.strides()[d]);
  }
  return {plan_loop(kept, {contiguous_strides(out.sizes()), kept_in}),
          plan_loop(reduced, {reduced_in})};
}

/// The reduction itself, off the tape, without the reduced dimensions.
Tensor reduced(ReduceOp op, const Tensor& x, const ReducedDims& dims, DType dtype,
               double divisor = 1) {
  Tensor out = make_tensor(dims.short_shape, dtype, x.device());
  if (out.numel() > 0)
    backend_for(x).run(
        ReduceCall{op, plan_reduction(x, out, dims), input_of(x), output_of(out), divisor});
  return out;
}

Tensor shaped(const Tensor& out, const ReducedDims& dims, bool keepdim) {
  return keepdim && out.sizes() != dims.kept_shape ? out.view(dims.kept_shape) : out;
}

void check_not_empty(const char* op, const Tensor& x, const ReducedDims& dims) {
  check(dims.count > 0, op, ": there is no such element in an empty reduction of ", x.describe());
}

Tensor extreme_values(const char* name, ReduceOp op, const Tensor& x, const Shape& given,
                      bool keepdim) {
  const ReducedDims dims(name, x, given);
  check_not_empty(name, x, dims);
  Tensor out = shaped(reduced(op, x, dims, x.dtype()), dims, keepdim);
  if (autograd::records(x))
    autograd::record(out, name, {x}, {x, autograd::output(out)},
                     [kept = dims.kept_shape, given](BackwardContext& pass) {
                       // Equal elements share the gradient evenly; of nans, the nans do.
                       const Tensor in = pass.saved(0), best = pass.saved(1).reshape(kept);
                       const Tensor hits =
                           logical_or(in == best, logical_and(isnan(in), isnan(best)));
                       const Tensor count = hits.sum(given, true).to(kFloat64);
                       const Tensor share = pass.grad().reshape(kept) / count;
                       pass.set(0, where(hits, share, 0).to(in.dtype()));
                     });
  return out;
}

std::tuple<Tensor, Tensor> extreme_along(const char* name, ReduceOp position, const Tensor& x,
                                         std::int64_t dim, bool keepdim) {
  const ReducedDims dims(name, x, {dim});
  check_not_empty(name, x, dims);
  const Tensor index = reduced(position, x, dims, DType::Int64).view(dims.kept_shape);
  const int d = wrap_dim(name, dim, x.sizes().rank());
  const Tensor values = x.dim() == 0 ? x.clone() : x.gather(d, index);
  if (keepdim) return {values, index};
  return {values.reshape(dims.short_shape), index.reshape(dims.short_shape)};
}

Tensor extreme_position(const char* name, ReduceOp op, const Tensor& x,
                        std::optional<std::int64_t> dim, bool keepdim) {
  const ReducedDims dims(name, x, dim ? Shape(*dim) : Shape());
  check_not_empty(name, x, dims);
  return shaped(reduced(op, x, dims, DType::Int64), dims, keepdim);
}

}  // namespace

Tensor sum(const Tensor& x, const Shape& given, bool keepdim) {
  if (mixed::needs_float32(x)) return sum(mixed::to_compute_dtype(x), given, keepdim);
  const ReducedDims dims("sum", x, given);
  Tensor out = shaped(reduced(reduce_op<reductions::Sum>(), x, dims, sum_type(x)), dims, keepdim);
  if (autograd::records(x)) {
    autograd::record(out, "sum", {x}, {},
                     [kept = dims.kept_shape, whole = x.sizes()](BackwardContext& pass) {
                       pass.set(0, pass.grad().reshape(kept).expand(whole));
                     });
    out.impl()->grad_fn->overload = !given.empty();
  }
  return out;
}
Tensor sum(const Tensor& x) { return sum(x, {}); }

Tensor nansum(const Tensor& x, const Shape& given, bool keepdim) {
  if (mixed::needs_float32(x)) return nansum(mixed::to_compute_dtype(x), given, keepdim);
  const ReducedDims dims("nansum", x, given);
  Tensor out =
      shaped(reduced(reduce_op<reductions::NanSum>(), x, dims, sum_type(x)), dims, keepdim);
  if (autograd::records(x))
    autograd::record(out, "nansum", {x}, {x}, [kept = dims.kept_shape](BackwardContext& pass) {
      const Tensor in = pass.saved(0);
      pass.set(0, where(isnan(in), 0, pass.grad().reshape(kept).expand(in.sizes())));
    });
  return out;
}

Tensor mean(const Tensor& x, const Shape& given, bool keepdim) {
  check_real("mean", x);
  const ReducedDims dims("mean", x, given);
  const auto count = static_cast<double>(dims.count);
  Tensor out =
      shaped(reduced(reduce_op<reductions::Sum>(), x, dims, x.dtype(), count), dims, keepdim);
  if (autograd::records(x)) {
    autograd::record(out, "mean", {x}, {},
                     [kept = dims.kept_shape, whole = x.sizes(), count](BackwardContext& pass) {
                       pass.set(0, (pass.grad() / count).reshape(kept).expand(whole));
                     });
    out.impl()->grad_fn->overload = !given.empty();
  }
  return out;
}
Tensor mean(const Tensor& x) { return mean(x, {}); }

namespace {

/// For each element the product of those before it along `dim`, in log n steps of doubling reach.
Tensor products_before(const Tensor& x, std::int64_t dim) {
  const std::int64_t n = x.size(dim);
  const auto shifted = [&](const Tensor& y, std::int64_t by) {
    return cat({ones_like(y.slice(dim, 0, by)), y.slice(dim, 0, n - by)}, dim);
  };
  Tensor product = shifted(x, 1);
  for (std::int64_t reach = 1; reach < n; reach *= 2) product = product * shifted(product, reach);
  return product;
}

/// For each element the product of all others along `dim`: right also where there are zeros, and
/// where the product of all is out of range.
Tensor products_of_others(const Tensor& x, std::int64_t dim) {
  return products_before(x, dim) * products_before(x.flip({dim}), dim).flip({dim});
}

}  // namespace

Tensor prod(const Tensor& x, std::int64_t dim, bool keepdim) {
  if (mixed::needs_float32(x)) return prod(mixed::to_compute_dtype(x), dim, keepdim);
  const ReducedDims dims("prod", x, {dim});
  Tensor out =
      shaped(reduced(reduce_op<reductions::Product>(), x, dims, sum_type(x)), dims, keepdim);
  if (autograd::records(x))
    autograd::record(out, "prod", {x}, {x}, [kept = dims.kept_shape, dim](BackwardContext& pass) {
      const Tensor in = pass.saved(0), grad = pass.grad().reshape(kept);
      if (in.numel() == 0) return pass.set(0, zeros_like(in));
      if (in.dim() == 0) return pass.set(0, pass.grad());
      const Tensor others = products_of_others(in.to(kFloat64), dim);
      pass.set(0, (grad * others).to(in.dtype()));
    });
  return out;
}
Tensor prod(const Tensor& x) { return prod(x.reshape({-1}), 0); }

namespace {

/// What squares and powers are summed in: their range and precision are those of neither float32
/// nor the 16-bit dtypes.
Tensor widened(const Tensor& x) { return x.to(kFloat64); }

/// sqrt whose gradient at 0, where the root is not differentiable, is 0.
Tensor root_of(const Tensor& x) {
  const Tensor zero = x == 0;
  return where(zero, 0, sqrt(where(zero, 1, x)));
}

/// What float64 numbers of this size are divided by so that their squares, or with `always` their
/// powers, stay in range: 1 if they do already. A constant.
Tensor scale_of(const Tensor& size, bool always = false) {
  Tensor keeps = logical_or(size == 0, logical_not(isfinite(size)));
  if (!always) keeps = logical_or(keeps, logical_and(size > 1e-140, size < 1e140));
  return where(keeps, 1, size);
}

Tensor detached_amax(const Tensor& x, const ReducedDims& dims, const Shape& given) {
  const NoGradGuard guard;
  return dims.count > 0 ? amax(abs(x), given, true) : full(dims.kept_shape, 0, x.options());
}

/// The float64 deviations from the mean over `given`, divided by their scale, and the scale.
struct Deviations {
  Tensor scaled, scale;
  double divisor;

  Deviations(const char* op, const Tensor& x, const Shape& given, bool unbiased) {
    check_real(op, x);
    const ReducedDims dims(op, x, given);
    const Tensor wide = widened(x), centred = wide - mean(wide, given, true);
    scale = scale_of(detached_amax(centred, dims, given));
    scaled = centred / scale;
    divisor = std::max(static_cast<double>(dims.count) - (unbiased ? 1 : 0), 0.0);
  }
  Tensor variance(const Shape& given, bool keepdim) const {
    return sum(square(scaled), given, keepdim) / divisor;
  }
  Tensor scale_for(const Tensor& result) const { return scale.reshape(result.sizes()); }
};

}  // namespace

Tensor var(const Tensor& x, const Shape& given, bool unbiased, bool keepdim) {
  const Deviations from_mean("var", x, given, unbiased);
  const Tensor variance = from_mean.variance(given, keepdim);
  return (variance * square(from_mean.scale_for(variance))).to(x.dtype());
}
Tensor std(const Tensor& x, const Shape& given, bool unbiased, bool keepdim) {
  const Deviations from_mean("std", x, given, unbiased);
  const Tensor root = root_of(from_mean.variance(given, keepdim));
  return (root * from_mean.scale_for(root)).to(x.dtype());
}

namespace {

/// (sum |x|^order)^(1/order), with PyTorch's gradient: 0 at elements that are 0, and where the norm
/// is 0. Powers are formed of the elements' ratios to the largest (for a negative order the
/// smallest), so that none leaves the range.
Tensor power_norm(const Tensor& x, double order, const Shape& given, bool keepdim) {
  const ReducedDims dims("norm", x, given);
  Tensor out;
  {
    const NoGradGuard guard;
    const Tensor size = abs(widened(x));
    if (order == 2) {
      const Tensor scale = scale_of(detached_amax(size, dims, given));
      out = scale * sqrt(sum(square(size / scale), given, true));
    } else {
      const Tensor leading = dims.count == 0 ? full(dims.kept_shape, 0, size.options())
                                             : (order > 0 ? amax : amin)(size, given, true);
      const Tensor scale = scale_of(leading, true);
      out = scale * pow(sum(pow(size / scale, order), given, true), 1 / order);
    }
    out = shaped(out.reshape(dims.short_shape), dims, keepdim).to(x.dtype());
  }
  if (autograd::records(x))
    autograd::record(
        out, "norm", {x}, {x, autograd::output(out)},
        [kept = dims.kept_shape, order](BackwardContext& pass) {
          const Tensor in = widened(pass.saved(0)), length = widened(pass.saved(1)).reshape(kept);
          // x / |x| is smooth at elements that are 0, other orders have no slope there.
          // Where the norm is nan, so is the whole gradient.
          const Tensor zero = order == 2 ? length == 0
                                         : logical_and(logical_or(in == 0, length == 0),
                                                       logical_not(isnan(length)));
          const Tensor ratio = where(zero, 0, in / where(length == 0, 1, length));
          const Tensor slope =
              order == 2 ? ratio
                         : where(zero, 0, sign(in) * pow(where(zero, 1, abs(ratio)), order - 1));
          pass.set(0, (slope * pass.grad().reshape(kept)).to(pass.grad().dtype()));
        });
  return out;
}

/// The number of elements that are not 0: a step function, whose gradient is 0.
Tensor count_nonzero_norm(const Tensor& x, const Shape& dims, bool keepdim) {
  Tensor out = sum((x != 0).to(x.dtype()), dims, keepdim);
  if (autograd::records(x))
    autograd::record(out, "norm", {x}, {}, [whole = x.sizes()](BackwardContext& pass) {
      pass.set(0, zeros(whole, pass.grad().options()));
    });
  return out;
}

}  // namespace

Tensor norm(const Tensor& x, Scalar p, const Shape& dims, bool keepdim) {
  check_real("norm", x);
  if (mixed::needs_float32(x)) return norm(mixed::to_compute_dtype(x), p, dims, keepdim);
  const double order = p.to<double>();
  if (order == 1) return sum(abs(x), dims, keepdim);
  if (order == 0) return count_nonzero_norm(x, dims, keepdim);
  if (order == std::numeric_limits<double>::infinity()) return amax(abs(x), dims, keepdim);
  if (order == -std::numeric_limits<double>::infinity()) return amin(abs(x), dims, keepdim);
  return power_norm(x, order, dims, keepdim);
}
Tensor norm(const Tensor& x, Scalar p) { return norm(x, p, {}); }

Tensor amax(const Tensor& x, const Shape& dims, bool keepdim) {
  return extreme_values("amax", reduce_op<reductions::Max>(), x, dims, keepdim);
}
Tensor amin(const Tensor& x, const Shape& dims, bool keepdim) {
  return extreme_values("amin", reduce_op<reductions::Min>(), x, dims, keepdim);
}
Tensor max(const Tensor& x) {
  return extreme_values("max", reduce_op<reductions::Max>(), x, {}, false);
}
Tensor min(const Tensor& x) {
  return extreme_values("min", reduce_op<reductions::Min>(), x, {}, false);
}
std::tuple<Tensor, Tensor> max(const Tensor& x, std::int64_t dim, bool keepdim) {
  return extreme_along("max", reduce_op<reductions::ArgMax>(), x, dim, keepdim);
}
std::tuple<Tensor, Tensor> min(const Tensor& x, std::int64_t dim, bool keepdim) {
  return extreme_along("min", reduce_op<reductions::ArgMin>(), x, dim, keepdim);
}
Tensor argmax(const Tensor& x, std::optional<std::int64_t> dim, bool keepdim) {
  return extreme_position("argmax", reduce_op<reductions::ArgMax>(), x, dim, keepdim);
}
Tensor argmin(const Tensor& x, std::optional<std::int64_t> dim, bool keepdim) {
  return extreme_position("argmin", reduce_op<reductions::ArgMin>(), x, dim, keepdim);
}

Tensor cumsum(const Tensor& given, std::int64_t dim) {
  if (mixed::needs_float32(given)) return cumsum(mixed::to_compute_dtype(given), dim);
  const int d = wrap_dim("cumsum", dim, given.sizes().rank());
  const Tensor x = given.contiguous();
  Tensor out = make_tensor(x.sizes(), sum_type(x), x.device());
  if (out.numel() > 0)
    backend_for(out).run(CumulativeSumCall{split_axis(x, d), input_of(x), output_of(out)});
  if (autograd::records(x))
    autograd::record(out, "cumsum", {x}, {}, [d](BackwardContext& pass) {
      const Tensor& grad = pass.grad();
      pass.set(0, grad.dim() == 0 ? grad : grad.flip({d}).cumsum(d).flip({d}));
    });
  return out;
}

}  // namespace tandem
