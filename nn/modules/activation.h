// The activations of the rule list as layers. Each maps any shape to the same shape.
#pragma once

#include "core/ops/elementwise.h"
#include "core/ops/reduce.h"
#include "core/ops/softmax.h"
#include "nn/module.h"

namespace tandem::nn {

/// A layer that is one elementwise rule. Sequential runs it in one pass with a Linear before it.
struct ElementwiseModule : Module {
  virtual ElementwiseCall call() const = 0;
};

/// The layer of a rule; its constructor takes the rule's parameters.
template <class Rule> struct ActivationImpl : ElementwiseModule {
  template <class... Parameters> explicit ActivationImpl(Parameters... parameters)
      : rule{static_cast<double>(parameters)...} {}
  Tensor forward(const Tensor& x) const { return elementwise(rule, x); }
  ElementwiseCall call() const override { return {UnaryOps::index_of<Rule>, parameters_of(rule)}; }
  std::string name() const override { return Rule::name; }
  Rule rule;
};

using TanhImpl = ActivationImpl<rules::Tanh>;
TANDEM_MODULE(Tanh);
using SigmoidImpl = ActivationImpl<rules::Sigmoid>;
TANDEM_MODULE(Sigmoid);
using LogSigmoidImpl = ActivationImpl<rules::LogSigmoid>;
TANDEM_MODULE(LogSigmoid);
using ReLUImpl = ActivationImpl<rules::Relu>;
TANDEM_MODULE(ReLU);
using ReLU6Impl = ActivationImpl<rules::Relu6>;
TANDEM_MODULE(ReLU6);
using SELUImpl = ActivationImpl<rules::Selu>;
TANDEM_MODULE(SELU);
using SiLUImpl = ActivationImpl<rules::Silu>;
TANDEM_MODULE(SiLU);
using MishImpl = ActivationImpl<rules::Mish>;
TANDEM_MODULE(Mish);
using SoftsignImpl = ActivationImpl<rules::Softsign>;
TANDEM_MODULE(Softsign);
using TanhshrinkImpl = ActivationImpl<rules::Tanhshrink>;
TANDEM_MODULE(Tanhshrink);
using HardsigmoidImpl = ActivationImpl<rules::Hardsigmoid>;
TANDEM_MODULE(Hardsigmoid);
/// LeakyReLU(negative_slope = 0.01)
using LeakyReLUImpl = ActivationImpl<rules::LeakyRelu>;
TANDEM_MODULE(LeakyReLU);
/// ELU(alpha = 1)
using ELUImpl = ActivationImpl<rules::Elu>;
TANDEM_MODULE(ELU);
/// Softplus(beta = 1, threshold = 20)
using SoftplusImpl = ActivationImpl<rules::Softplus>;
TANDEM_MODULE(Softplus);
/// Hardtanh(min = -1, max = 1)
using HardtanhImpl = ActivationImpl<rules::Hardtanh>;
TANDEM_MODULE(Hardtanh);

/// GELU("none") is x Phi(x), GELU("tanh") its tanh approximation.
struct GELUImpl : Module {
  explicit GELUImpl(std::string formula = "none") : approximate(std::move(formula)) {}
  Tensor forward(const Tensor& x) const { return gelu(x, approximate); }
  std::string name() const override { return "gelu"; }
  std::string approximate;
};
TANDEM_MODULE(GELU);

struct SoftmaxImpl : Module {
  explicit SoftmaxImpl(std::int64_t along) : dim(along) {}
  Tensor forward(const Tensor& x) const { return softmax(x, dim); }
  std::string name() const override { return "softmax"; }
  std::int64_t dim;
};
TANDEM_MODULE(Softmax);

struct LogSoftmaxImpl : Module {
  explicit LogSoftmaxImpl(std::int64_t along) : dim(along) {}
  Tensor forward(const Tensor& x) const { return log_softmax(x, dim); }
  std::string name() const override { return "log_softmax"; }
  std::int64_t dim;
};
TANDEM_MODULE(LogSoftmax);

}  // namespace tandem::nn
