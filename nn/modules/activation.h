// The activations of the rule list as layers. Each maps any shape to the same shape.
#pragma once

#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "nn/functional.h"
#include "nn/module.h"

namespace tandem::nn {

/// A layer that is one elementwise rule. Sequential runs it in one pass with a Linear before it.
struct ElementwiseModule : Module {
  virtual ElementwiseCall call() const = 0;
};

/// The layer of a rule; its constructor takes the rule's parameters or the options.
template <class Rule, class Options = InplaceOptions> struct ActivationImpl : ElementwiseModule {
  explicit ActivationImpl(const Options& given = {}) : options(given) {}
  ActivationImpl(double first,
                 double second) requires std::is_constructible_v<Options, double, double>
      : options(first, second) {}
  Tensor forward(const Tensor& x) const { return elementwise(rule(), x); }
  ElementwiseCall call() const override {
    return {UnaryOps::index_of<Rule>, parameters_of(rule())};
  }
  std::string name() const override { return Rule::name; }
  Options options;

 private:
  Rule rule() const {
    if constexpr (requires { options.rule(); })
      return options.rule();
    else
      return {};
  }
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
using LeakyReLUImpl = ActivationImpl<rules::LeakyRelu, LeakyReLUOptions>;
TANDEM_MODULE(LeakyReLU);
/// ELU(alpha = 1)
using ELUImpl = ActivationImpl<rules::Elu, ELUOptions>;
TANDEM_MODULE(ELU);
/// Softplus(beta = 1, threshold = 20)
using SoftplusImpl = ActivationImpl<rules::Softplus, SoftplusOptions>;
TANDEM_MODULE(Softplus);
/// Hardtanh(min = -1, max = 1)
using HardtanhImpl = ActivationImpl<rules::Hardtanh, HardtanhOptions>;
TANDEM_MODULE(Hardtanh);

/// A layer that is a function of its input and its options.
template <class Options, Tensor (*function)(const Tensor&, const Options&)> struct FunctionModule
    : Module {
  explicit FunctionModule(
      const Options& given = Options()) requires std::is_default_constructible_v<Options>
      : options(given) {}
  explicit FunctionModule(const Options& given) requires(!std::is_default_constructible_v<Options>)
      : options(given) {}
  Tensor forward(const Tensor& x) const { return function(x, options); }
  Options options;
};

struct GELUImpl : FunctionModule<GELUOptions, functional::gelu> {
  using FunctionModule::FunctionModule;
  explicit GELUImpl(const std::string& formula)
      : FunctionModule(GELUOptions().approximate(formula)) {}
  std::string name() const override { return "GELU"; }
};
TANDEM_MODULE(GELU);

struct SoftmaxImpl : FunctionModule<SoftmaxOptions, functional::softmax> {
  using FunctionModule::FunctionModule;
  std::string name() const override { return "Softmax"; }
};
TANDEM_MODULE(Softmax);

struct LogSoftmaxImpl : FunctionModule<LogSoftmaxOptions, functional::log_softmax> {
  using FunctionModule::FunctionModule;
  std::string name() const override { return "LogSoftmax"; }
};
TANDEM_MODULE(LogSoftmax);

struct SoftminImpl : FunctionModule<SoftminOptions, functional::softmin> {
  using FunctionModule::FunctionModule;
  std::string name() const override { return "Softmin"; }
};
TANDEM_MODULE(Softmin);

struct GLUImpl : FunctionModule<GLUOptions, functional::glu> {
  using FunctionModule::FunctionModule;
  std::string name() const override { return "GLU"; }
};
TANDEM_MODULE(GLU);

struct CELUImpl : FunctionModule<CELUOptions, functional::celu> {
  using FunctionModule::FunctionModule;
  std::string name() const override { return "CELU"; }
};
TANDEM_MODULE(CELU);

struct HardshrinkImpl : FunctionModule<HardshrinkOptions, functional::hardshrink> {
  using FunctionModule::FunctionModule;
  std::string name() const override { return "Hardshrink"; }
};
TANDEM_MODULE(Hardshrink);

struct SoftshrinkImpl : FunctionModule<SoftshrinkOptions, functional::softshrink> {
  using FunctionModule::FunctionModule;
  std::string name() const override { return "Softshrink"; }
};
TANDEM_MODULE(Softshrink);

struct ThresholdImpl : FunctionModule<ThresholdOptions, functional::threshold> {
  using FunctionModule::FunctionModule;
  std::string name() const override { return "Threshold"; }
};
TANDEM_MODULE(Threshold);

/// x where x > 0, weight x elsewhere; one weight, or one for each index of dimension 1, which start
/// at `init` (He et al., 2015).
struct PReLUImpl : Module {
  explicit PReLUImpl(const PReLUOptions& given = {}) : options(given) {
    weight = register_parameter("weight", full({given.num_parameters()}, given.init()));
  }
  Tensor forward(const Tensor& x) const { return functional::prelu(x, weight); }
  std::string name() const override { return "PReLU"; }
  PReLUOptions options;
  Tensor weight;
};
TANDEM_MODULE(PReLU);

/// x where x >= 0, a random slope times x elsewhere (Xu et al., 2015).
struct RReLUImpl : Module {
  explicit RReLUImpl(const RReLUOptions& given = {}) : options(given) {}
  Tensor forward(const Tensor& x) const {
    return functional::rrelu(x, options.lower(), options.upper(), is_training());
  }
  std::string name() const override { return "RReLU"; }
  RReLUOptions options;
};
TANDEM_MODULE(RReLU);

}  // namespace tandem::nn
