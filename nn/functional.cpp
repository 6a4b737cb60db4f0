// Stateless layers, composed of ops.
#include "nn/functional.h"

#include "core/ops/indexing.h"
#include "core/ops/mixed_precision.h"

namespace tandem::nn::functional {

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
  if (input.dtype() != kFloat64) {  // in double, offsets and sizes of float32 cost nothing
    const DType dtype = mixed::needs_float32(input) ? kFloat32 : input.dtype();
    return layer_norm(input.to(kFloat64), shape, weight, bias, eps).to(dtype);
  }
  const Tensor centred = input - input.mean(dims, true);
  Tensor out = centred * rsqrt(square(centred).mean(dims, true) + eps);
  if (weight.defined()) out = out * weight;
  return bias.defined() ? out + bias : out;
}

}  // namespace tandem::nn::functional
