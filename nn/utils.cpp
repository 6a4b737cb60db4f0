// Clears and clips gradients.
#include "nn/utils.h"

#include <cmath>

#include "core/ops/cat.h"
#include "core/ops/reduce.h"

namespace tandem::nn::utils {

void zero_grad(const std::vector<Tensor>& parameters, bool set_to_none) {
  for (const Tensor& parameter : parameters)
    if (set_to_none)
      parameter.mutable_grad() = Tensor();
    else if (parameter.grad().defined())
      parameter.grad().detach().zero_();
}

double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double norm_type,
                       bool error_if_nonfinite) {
  check(max_norm >= 0, "clip_grad_norm_: the limit must not be negative or nan, got ", max_norm);
  const NoGradGuard guard;
  TensorList norms;
  for (const Tensor& parameter : parameters)
    if (parameter.grad().defined())
      norms.push_back(norm(parameter.grad().to(kFloat64), norm_type).cpu());
  if (norms.empty()) return 0;
  const double total = norm(stack(norms), norm_type).item();
  check(!error_if_nonfinite || std::isfinite(total), "clip_grad_norm_: The total norm of order ",
        norm_type, " for gradients from `parameters` is non-finite, ", total,
        ", so they cannot be clipped");
  const double factor = max_norm / (total + 1e-6);
  if (factor < 1)
    for (const Tensor& parameter : parameters)
      if (parameter.grad().defined()) parameter.mutable_grad().mul_(factor);
  return total;
}

void clip_grad_value_(const std::vector<Tensor>& parameters, double clip_value) {
  check(clip_value >= 0, "clip_grad_value_: the limit must not be negative, got ", clip_value);
  const NoGradGuard guard;
  for (const Tensor& parameter : parameters)
    if (parameter.grad().defined()) parameter.mutable_grad().clamp_(-clip_value, clip_value);
}

Tensor parameters_to_vector(const std::vector<Tensor>& parameters) {
  TensorList flat;
  for (const Tensor& parameter : parameters) flat.push_back(parameter.reshape({-1}));
  return cat(flat);
}

void vector_to_parameters(const Tensor& vector, const std::vector<Tensor>& parameters) {
  std::int64_t total = 0;
  for (const Tensor& parameter : parameters) total += parameter.numel();
  check(vector.dim() == 1 && vector.numel() == total, "vector_to_parameters: the parameters have ",
        total, " elements, got ", vector.describe());
  std::int64_t begin = 0;
  for (const Tensor& parameter : parameters) {
    const Tensor part = vector.narrow(0, begin, parameter.numel()).detach();
    parameter.set_data(part.reshape(parameter.sizes()).clone());
    begin += parameter.numel();
  }
}

}  // namespace tandem::nn::utils
