#include "kind.h"

#include "core/autograd/engine.h"
#include "core/ops/factories.h"

namespace tandem::golden {

const std::vector<Kind>& all_kinds() {
  static const std::vector<Kind> kinds = {
      {"activation", compute_activation},
      {"linear", compute_linear},
      {"loss", compute_loss},
      {"optim", compute_optim},
      {"seedexp", compute_seed_experiment},
      {"docs", compute_document},
      // PyTorch's streams are the CPU generator's.
      {"rng", compute_rng, true},
      {"tensor", compute_tensor},
      {"double", compute_double_backward},
      {"rnn", compute_recurrent},
      {"trajectory", compute_optim},
  };
  return kinds;
}

std::string numbered(std::string prefix, std::size_t number) {
  prefix += std::to_string(number);
  return prefix;
}

Tensor leaf(const Tensor& values, const Device& device) {
  return values.detach().clone().to(device).detach().requires_grad_();
}

Values make_leaves(const Case& golden, const Device& device) {
  Values leaves;
  for (const auto& [name, input] : golden.in) {
    leaves[name] = golden.grad.contains(name) ? leaf(input, device) : input.to(device);
  }
  return leaves;
}

Computed with_gradients(const Case& golden, const Values& leaves, Values out) {
  Computed computed;
  TensorList outputs, upstream, inputs;
  for (const auto& [name, gradient] : golden.upstream) {
    if (!out.contains(name)) continue;  // reported as a missing output
    outputs.push_back(out.at(name));
    upstream.push_back(gradient.defined() ? gradient.to(outputs.back().device())
                                          : ones_like(outputs.back()));
  }
  std::vector<std::string> names;
  for (const auto& [name, expected] : golden.grad) {
    names.push_back(name);
    inputs.push_back(leaves.at(name));
  }
  if (!outputs.empty() && !inputs.empty()) {
    const TensorList gradients =
        autograd::grad(outputs, inputs, upstream, {}, false, /*allow_unused=*/true);
    for (std::size_t i = 0; i < names.size(); ++i) computed.grad[names[i]] = gradients[i];
  }
  computed.out = std::move(out);
  return computed;
}

}  // namespace tandem::golden
