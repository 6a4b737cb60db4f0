// Stateless layers, composed of ops.
#include "nn/functional.h"

#include "core/ops/indexing.h"
#include "core/ops/mixed_precision.h"

namespace tandem::nn::functional {

Tensor dropout(const Tensor& input, double p, bool training) {
  return tandem::dropout(input, p, training);
}

Tensor embedding(const Tensor& indices, const Tensor& weight) {
  check(indices.defined() && is_integral(indices.dtype()),
        "embedding: the indices must be integers, got ", indices.describe());
  check(weight.defined() && weight.dim() == 2,
        "embedding: the weight must be [count, features], got ", weight.describe());
  Shape shape = indices.sizes();
  shape.push_back(weight.size(1));
  return weight.index_select(0, indices.reshape({-1})).reshape(shape);
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
  if (is_half(input.dtype()))
    return mixed::from_float32(layer_norm(mixed::to_compute_dtype(input), shape, weight, bias, eps),
                               input.dtype());
  const Tensor centred = input - input.mean(dims, true);
  Tensor out = centred * rsqrt(square(centred).mean(dims, true) + eps);
  if (weight.defined()) out = out * weight;
  return bias.defined() ? out + bias : out;
}

}  // namespace tandem::nn::functional
