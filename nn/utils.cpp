// Clips gradients.
#include "nn/utils.h"

#include "core/ops/cat.h"
#include "core/ops/reduce.h"

namespace tandem::nn::utils {

double clip_grad_norm_(const std::vector<Tensor>& parameters, double max_norm, double norm_type) {
  check(max_norm >= 0, "clip_grad_norm_: the limit must not be negative or nan, got ", max_norm);
  const NoGradGuard guard;
  TensorList norms;
  for (const Tensor& parameter : parameters)
    if (parameter.grad().defined())
      norms.push_back(norm(parameter.grad().to(kFloat64), norm_type).cpu());
  if (norms.empty()) return 0;
  const double total = norm(stack(norms), norm_type).item();
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

}  // namespace tandem::nn::utils
