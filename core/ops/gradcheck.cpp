// Compares gradients with central differences.
#include "core/ops/gradcheck.h"

#include <cmath>

#include "core/autograd/engine.h"
#include "core/ops/factories.h"
#include "core/ops/random.h"

namespace tandem::autograd {

namespace {

/// All outputs' elements in one vector.
std::vector<double> values(const TensorList& outputs) {
  std::vector<double> all;
  for (const Tensor& output : outputs) {
    if (!output.is_floating_point()) continue;
    const Tensor host = output.detach().cpu().to(kFloat64).contiguous();
    all.insert(all.end(), host.data_ptr<double>(), host.data_ptr<double>() + host.numel());
  }
  return all;
}

/// inputs with element `at` of inputs[which] changed by `change`.
TensorList moved(const TensorList& inputs, std::size_t which, std::int64_t at, double change) {
  TensorList copies = inputs;
  const NoGradGuard guard;
  Tensor copy = inputs[which].detach().clone();
  Tensor flat = copy.view({-1});
  flat.select(0, at).add_(change);
  copies[which] = copy.requires_grad_(true);
  return copies;
}

/// d outputs[row] / d input as autograd sees it, a row per output element.
std::vector<std::vector<double>> analytic_rows(const TensorList& outputs, const Tensor& input) {
  std::vector<std::vector<double>> rows;
  for (const Tensor& output : outputs) {
    if (!output.is_floating_point()) continue;
    for (std::int64_t i = 0; i < output.numel(); ++i) {
      if (!output.requires_grad()) {
        rows.emplace_back(static_cast<std::size_t>(input.numel()), 0.0);
        continue;
      }
      Tensor seed = zeros({output.numel()}, output.options());
      seed.select(0, i).fill_(1);
      const Tensor gradient =
          grad({output}, {input}, {seed.reshape(output.sizes())}, true, false, true)[0];
      rows.push_back(gradient.defined()
                         ? values({gradient})
                         : std::vector<double>(static_cast<std::size_t>(input.numel()), 0.0));
    }
  }
  return rows;
}

bool close(double a, double b, const GradcheckOptions& options) {
  return std::fabs(a - b) <= options.atol + options.rtol * std::fabs(b);
}

}  // namespace

bool gradcheck(const DifferentiableFunction& f, const TensorList& inputs,
               const GradcheckOptions& options) {
  const TensorList outputs = f(inputs);
  for (std::size_t which = 0; which < inputs.size(); ++which) {
    const Tensor& input = inputs[which];
    if (!input.requires_grad()) continue;
    check(input.dtype() == kFloat64, "gradcheck: input ", which, " must be float64, got ",
          input.describe());
    const auto rows = analytic_rows(outputs, input);
    for (std::int64_t column = 0; column < input.numel(); ++column) {
      const auto above = values(f(moved(inputs, which, column, options.eps)));
      const auto below = values(f(moved(inputs, which, column, -options.eps)));
      for (std::size_t row = 0; row < rows.size(); ++row) {
        const double numeric = (above[row] - below[row]) / (2 * options.eps);
        const double exact = rows[row][static_cast<std::size_t>(column)];
        if (close(exact, numeric, options)) continue;
        check(!options.raise_exception, "gradcheck: d output[", row, "] / d input", which, "[",
              column, "]: autograd says ", exact, ", finite differences say ", numeric);
        return false;
      }
    }
  }
  return true;
}

bool gradgradcheck(const DifferentiableFunction& f, const TensorList& inputs,
                   const GradcheckOptions& options, std::uint64_t seed) {
  TensorList all = inputs;
  Generator generator(seed);
  for (const Tensor& output : f(inputs))
    if (output.requires_grad())
      all.push_back(randn(output.sizes(), output.options(), generator).requires_grad_(true));
  const std::size_t count = inputs.size();
  const auto gradients = [&f, count](const TensorList& given) {
    const TensorList own(given.begin(), given.begin() + static_cast<std::ptrdiff_t>(count));
    TensorList differentiable, wanted;
    for (const Tensor& output : f(own))
      if (output.requires_grad()) differentiable.push_back(output);
    for (const Tensor& input : own)
      if (input.requires_grad()) wanted.push_back(input);
    const TensorList seeds(given.begin() + static_cast<std::ptrdiff_t>(count), given.end());
    TensorList found = grad(differentiable, wanted, seeds, true, true, true);
    for (std::size_t i = 0; i < found.size(); ++i)
      if (!found[i].defined()) found[i] = zeros_like(wanted[i]);
    return found;
  };
  return gradcheck(gradients, all, options);
}

}  // namespace tandem::autograd
