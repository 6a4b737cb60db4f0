// Stateless layers, composed of ops.
#include "nn/functional.h"

#include <cmath>

#include "core/ops/factories.h"
#include "core/ops/indexing.h"
#include "core/ops/mixed_precision.h"
#include "core/ops/products.h"
#include "core/ops/scatter.h"
#include "core/ops/shape_ops.h"

namespace tandem::nn::functional {

namespace {

void check_floating(const char* op, const Tensor& x) {
  check(x.is_floating_point(), op, ": expected a floating-point tensor, got ", x.describe());
}

Tensor with_affine(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const Tensor scaled = weight.defined() ? x * weight : x;
  return bias.defined() ? scaled + bias : scaled;
}

/// Mean 0 and variance 1 over `dims`, times weight plus bias where defined.
Tensor normalized(const Tensor& input, const Shape& dims, const Tensor& weight, const Tensor& bias,
                  double eps) {
  if (input.dtype() != kFloat64) {  // in double, offsets and sizes of float32 cost nothing
    const DType dtype = mixed::needs_float32(input) ? kFloat32 : input.dtype();
    return normalized(input.to(kFloat64), dims, weight, bias, eps).to(dtype);
  }
  const Tensor centred = input - input.mean(dims, true);
  return with_affine(centred * rsqrt(square(centred).mean(dims, true) + eps), weight, bias);
}

/// [channels] as a tensor that broadcasts along dimension 1 of `input`; undefined stays undefined.
Tensor along_channels(const Tensor& x, const Tensor& input) {
  if (!x.defined()) return x;
  check(x.dim() == 1 && x.numel() == input.size(1), "nn: ", x.describe(),
        " does not fit the channels of ", input.describe());
  return x.reshape(Shape::along(input.sizes().rank(), 1, x.numel()));
}

/// The same with dimension 1 in groups, as `grouped` is.
Tensor in_groups(const Tensor& x, const Tensor& input, const Shape& grouped) {
  if (!x.defined()) return x;
  Shape shape = Shape::filled(grouped.rank(), 1);
  shape[1] = grouped[1];
  shape[2] = grouped[2];
  return along_channels(x, input).reshape(shape);
}

}  // namespace

Tensor dropout(const Tensor& input, double p, bool training) {
  return tandem::dropout(input, p, training);
}

Tensor layer_norm(const Tensor& input, const Shape& shape, const Tensor& weight, const Tensor& bias,
                  double eps) {
  Shape dims;
  const int offset = input.sizes().rank() - shape.rank();
  bool fits = offset >= 0 && shape.rank() > 0;
  for (int d = 0; fits && d < shape.rank(); ++d) {
    fits = input.sizes()[d + offset] == shape[d];
    dims.push_back(d + offset);
  }
  check(fits, "layer_norm: the shape ", shape, " does not fit the last dimensions of ",
        input.describe());
  check(input.is_floating_point(), "layer_norm: expected a floating-point tensor, got ",
        input.describe());
  return normalized(input, dims, weight, bias, eps);
}

Tensor group_norm(const Tensor& input, std::int64_t groups, const Tensor& weight,
                  const Tensor& bias, double eps) {
  check(input.dim() >= 2 && groups > 0 && input.size(1) % groups == 0, "group_norm: ", groups,
        " groups do not divide the channels of ", input.describe());
  check_floating("group_norm", input);
  Shape grouped = input.sizes(), along;
  grouped[1] = input.size(1) / groups;
  grouped.insert(1, groups);
  for (int d = 2; d < grouped.rank(); ++d) along.push_back(d);
  const auto wide = [&](const Tensor& x) { return in_groups(x, input, grouped); };
  return normalized(input.reshape(grouped), along, wide(weight), wide(bias), eps)
      .reshape(input.sizes());
}

Tensor batch_norm(const Tensor& input, const Tensor& running_mean, const Tensor& running_var,
                  const Tensor& weight, const Tensor& bias, bool training, double momentum,
                  double eps) {
  check(input.dim() >= 2, "batch_norm: expected [batch, channels, ...], got ", input.describe());
  check_floating("batch_norm", input);
  const auto wide = [&](const Tensor& x) { return along_channels(x, input); };
  for (const Tensor* x : {&running_mean, &running_var, &weight, &bias}) wide(*x);  // all fit
  if (!training) {
    check(running_mean.defined() && running_var.defined(),
          "batch_norm: needs running means and variances unless it is training");
    const Tensor out = (input - wide(running_mean)) * rsqrt(wide(running_var) + eps);
    return with_affine(out, wide(weight), wide(bias));
  }
  Shape along;
  for (int d = 0; d < input.sizes().rank(); ++d)
    if (d != 1) along.push_back(d);
  const std::int64_t count = input.numel() / std::max<std::int64_t>(input.size(1), 1);
  check(count != 1, "batch_norm: expected more than one value for each channel when training, got ",
        input.describe());
  if (running_mean.defined() && running_var.defined()) {
    const NoGradGuard guard;
    const auto move = [&](const Tensor& running, const Tensor& now) {
      running.mul_(1 - momentum).add_(now.to(running.dtype()), momentum);
    };
    move(running_mean, mean(input, along));
    move(running_var, var(input, along, true));
  }
  return normalized(input, along, wide(weight), wide(bias), eps);
}

Tensor bilinear(const Tensor& x1, const Tensor& x2, const Tensor& weight, const Tensor& bias) {
  check(weight.dim() == 3 && x1.dim() >= 1 && x2.dim() == x1.dim() &&
            x1.size(-1) == weight.size(1) && x2.size(-1) == weight.size(2),
        "bilinear: ", x1.describe(), " and ", x2.describe(), " do not fit the weight ",
        weight.describe(), " [out, in1, in2]");
  const Tensor out = einsum("...i,oij,...j->...o", {x1, weight, x2});
  return bias.defined() ? out + bias : out;
}

namespace {

/// `drop` of a mask that is 1 with probability 1 - p, one number for each element or each channel.
template <class Drop> Tensor dropped(const char* op, const Tensor& input, double p, bool training,
                                     bool channels, const Drop& drop) {
  check(p >= 0 && p <= 1, op, ": the probability must lie in [0, 1], got ", p);
  check(input.defined(), op, ": the input is an undefined tensor");
  if (!training || p == 0 || input.numel() == 0) return input;
  check(!channels || input.dim() >= 2, op,
        ": expects two dimensions or more, batch and channels, got ", input.describe());
  if (p == 1) return input * zeros_like(input);
  Shape shape = input.sizes();
  if (channels)
    for (std::size_t dim = 2; dim < shape.size(); ++dim) shape[dim] = 1;
  return drop(input.detach().new_empty(shape).bernoulli_(1 - p));
}

Tensor dropped_alpha(const char* op, const Tensor& input, double p, bool training, bool channels) {
  return dropped(op, input, p, training, channels, [&](const Tensor& kept) {
    constexpr double alpha = 1.7580993408473766;  // -(SELU's limit at -inf)
    const double a = 1 / std::sqrt((alpha * alpha * p + 1) * (1 - p));
    return input * (kept * a) + (kept - 1) * (alpha * a) + alpha * a * p;
  });
}

}  // namespace

Tensor alpha_dropout(const Tensor& input, double p, bool training) {
  return dropped_alpha("alpha_dropout", input, p, training, false);
}
Tensor feature_alpha_dropout(const Tensor& input, double p, bool training) {
  return dropped_alpha("feature_alpha_dropout", input, p, training, true);
}
Tensor feature_dropout(const Tensor& input, double p, bool training) {
  return dropped("feature_dropout", input, p, training, true,
                 [&](const Tensor& kept) { return input * (kept / (1 - p)); });
}

Tensor normalize(const Tensor& x, double p, std::int64_t dim, double eps) {
  return x / clamp(norm(x, p, {dim}, true), eps);
}

Tensor cosine_similarity(const Tensor& x1, const Tensor& x2, std::int64_t dim, double eps) {
  const auto unit = [&](const Tensor& x) { return normalize(x, 2, dim, eps); };
  const std::vector<Tensor> both = broadcast_tensors({x1, x2});
  return sum(unit(both[0]) * unit(both[1]), {dim});
}

Tensor pdist(const Tensor& x, double p) {
  check(x.defined() && x.dim() == 2 && x.is_floating_point(),
        "pdist: expected real numbers [n, features], got ", x.describe());
  const Tensor pairs = triu(ones({x.size(0), x.size(0)}, x.options().dtype(kBool)), 1).nonzero();
  return norm(x.index_select(0, pairs.select(1, 0)) - x.index_select(0, pairs.select(1, 1)), p,
              {1});
}

Tensor pairwise_distance(const Tensor& x1, const Tensor& x2, double p, double eps, bool keepdim) {
  return norm(x1 - x2 + eps, p, {-1}, keepdim);
}

// ---- activations ----

Tensor celu(const Tensor& x, double alpha) {
  check(alpha != 0, "celu: alpha must not be 0");
  return where(x > 0, x, expm1(clamp(x, {}, 0) / alpha) * alpha);
}

Tensor glu(const Tensor& x, std::int64_t dim) {
  check(x.dim() > 0 && x.size(dim) % 2 == 0, "glu: dimension ", dim, " of ", x.describe(),
        " has no two halves");
  const std::int64_t half = x.size(dim) / 2;
  return x.narrow(dim, 0, half) * sigmoid(x.narrow(dim, half, half));
}

Tensor hardshrink(const Tensor& x, double lambda) { return where(abs(x) <= lambda, 0, x); }
Tensor softshrink(const Tensor& x, double lambda) {
  check(lambda >= 0, "softshrink: lambda must not be negative, got ", lambda);
  return where(x > lambda, x - lambda, where(x < -lambda, x + lambda, x * 0));
}
Tensor threshold(const Tensor& x, double limit, double value) {
  // Both become numbers of x's kind, so that integers stay integers.
  const auto own = [&](double number) {
    return x.is_floating_point() ? Scalar(number) : Scalar(static_cast<std::int64_t>(number));
  };
  return where(x <= own(limit), own(value), x);
}

Tensor prelu(const Tensor& x, const Tensor& weight) {
  check(weight.numel() == 1 || (x.dim() >= 2 && weight.dim() == 1 && weight.numel() == x.size(1)),
        "prelu: the weight ", weight.describe(), " fits neither one number nor dimension 1 of ",
        x.describe());
  const Tensor slope = weight.numel() == 1 ? weight.reshape({}) : along_channels(weight, x);
  const Tensor rises = x > 0;
  return where(rises, x, slope * where(rises, 0, x));
}

Tensor rrelu(const Tensor& x, double lower, double upper, bool training) {
  check(lower <= upper, "rrelu: the lower slope ", lower, " is above the upper one ", upper);
  if (!training) return where(x >= 0, x, x * ((lower + upper) / 2));
  return where(x > 0, x, x * empty_like(x.detach()).uniform_(lower, upper));
}

Tensor softmin(const Tensor& x, std::int64_t dim) { return softmax(-x, dim); }

Tensor gumbel_softmax(const Tensor& logits, double tau, bool hard, std::int64_t dim) {
  const Tensor noise = -log(empty_like(logits.detach()).exponential_());
  Tensor soft = softmax((logits + noise) / tau, dim);
  if (!hard) return soft;
  const Tensor chosen = scatter(zeros_like(soft.detach()), dim, argmax(soft, dim, true), 1.0);
  return chosen - soft.detach() + soft;
}

}  // namespace tandem::nn::functional
