// The activations of the rule list as layers. Each maps any shape to the same shape.
#pragma once

#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "nn/cloneable.h"
#include "nn/functional.h"

namespace tandem::nn {

/// A layer that is one elementwise rule. Sequential runs it in one pass with a Linear before it.
struct ElementwiseModule : Module {
  virtual ElementwiseCall call() const = 0;
  /// Whether call() is all that forward does: not in a class derived from the layer.
  virtual bool is_only_its_call() const { return true; }
};

/// The layer of a rule; its constructor takes the rule's parameters or the options.
template <class Derived, class Rule, class Options = InplaceOptions> struct ActivationImpl
    : Stateless<Derived, ElementwiseModule> {
  explicit ActivationImpl(const Options& given = {}) : options(given) { ActivationImpl::reset(); }
  ActivationImpl(double first,
                 double second) requires std::is_constructible_v<Options, double, double>
      : options(first, second) {}
  Tensor forward(const Tensor& input) const {
    return placed("activation", input, options,
                  [&](const Tensor& x) { return elementwise(rule(), x); });
  }
  void reset() override {
    if constexpr (requires { options.validate(); }) options.validate();
  }
  ElementwiseCall call() const override {
    return {UnaryOps::index_of<Rule>, parameters_of(rule())};
  }
  bool is_only_its_call() const override { return typeid(*this) == typeid(Derived); }
  std::string extra_repr() const override { return options.text(); }
  Options options;

 private:
  Rule rule() const {
    if constexpr (requires { options.rule(); })
      return options.rule();
    else
      return {};
  }
};

/// Declares the layer `Name` of a rule and, unless they are InplaceOptions, its options.
#define TANDEM_ACTIVATION(Name, ...)                            \
  struct Name##Impl : ActivationImpl<Name##Impl, __VA_ARGS__> { \
    using ActivationImpl::ActivationImpl;                       \
    std::string label() const override { return #Name; }        \
  };                                                            \
  TANDEM_MODULE(Name)

TANDEM_ACTIVATION(Tanh, rules::Tanh);
TANDEM_ACTIVATION(Sigmoid, rules::Sigmoid);
TANDEM_ACTIVATION(LogSigmoid, rules::LogSigmoid);
TANDEM_ACTIVATION(ReLU, rules::Relu);
TANDEM_ACTIVATION(ReLU6, rules::Relu6);
TANDEM_ACTIVATION(SELU, rules::Selu);
TANDEM_ACTIVATION(SiLU, rules::Silu);
TANDEM_ACTIVATION(Mish, rules::Mish);
TANDEM_ACTIVATION(Softsign, rules::Softsign);
TANDEM_ACTIVATION(Tanhshrink, rules::Tanhshrink);
TANDEM_ACTIVATION(Hardsigmoid, rules::Hardsigmoid);
/// LeakyReLU(negative_slope = 0.01)
TANDEM_ACTIVATION(LeakyReLU, rules::LeakyRelu, LeakyReLUOptions);
/// ELU(alpha = 1)
TANDEM_ACTIVATION(ELU, rules::Elu, ELUOptions);
/// Softplus(beta = 1, threshold = 20)
TANDEM_ACTIVATION(Softplus, rules::Softplus, SoftplusOptions);
/// Hardtanh(min = -1, max = 1)
TANDEM_ACTIVATION(Hardtanh, rules::Hardtanh, HardtanhOptions);

/// A layer that is a function of its input and its options.
template <class Derived, class Options, Tensor (*function)(const Tensor&, const Options&)>
struct FunctionModule : Stateless<Derived> {
  explicit FunctionModule(
      const Options& given = Options()) requires std::is_default_constructible_v<Options>
      : options(given) {}
  explicit FunctionModule(const Options& given) requires(!std::is_default_constructible_v<Options>)
      : options(given) {}
  template <class... Values>
  requires(sizeof...(Values) > 1 &&
           std::is_constructible_v<Options, Values...>) explicit FunctionModule(Values... values)
      : options(values...) {}
  Tensor forward(const Tensor& x) const { return function(x, options); }
  std::string extra_repr() const override { return options.text(); }
  Options options;
};

/// Declares the layer `Name` of functional::function and NameOptions.
#define TANDEM_FUNCTION_LAYER(Name, function)                                           \
  struct Name##Impl : FunctionModule<Name##Impl, Name##Options, functional::function> { \
    using FunctionModule::FunctionModule;                                               \
    std::string label() const override { return #Name; }                                \
  };                                                                                    \
  TANDEM_MODULE(Name)

struct GELUImpl : FunctionModule<GELUImpl, GELUOptions, functional::gelu> {
  using FunctionModule::FunctionModule;
  explicit GELUImpl(const std::string& formula)
      : FunctionModule(GELUOptions().approximate(formula)) {}
  std::string label() const override { return "GELU"; }
};
TANDEM_MODULE(GELU);

TANDEM_FUNCTION_LAYER(Softmax, softmax);
TANDEM_FUNCTION_LAYER(LogSoftmax, log_softmax);
TANDEM_FUNCTION_LAYER(Softmin, softmin);
TANDEM_FUNCTION_LAYER(GLU, glu);
TANDEM_FUNCTION_LAYER(CELU, celu);
TANDEM_FUNCTION_LAYER(Hardshrink, hardshrink);
TANDEM_FUNCTION_LAYER(Softshrink, softshrink);
TANDEM_FUNCTION_LAYER(Threshold, threshold);

/// x where x > 0, weight x elsewhere; one weight, or one for each index of dimension 1, which start
/// at `init` (He et al., 2015).
struct PReLUImpl : Cloneable<PReLUImpl> {
  explicit PReLUImpl(const PReLUOptions& given = {}) : options(given) { PReLUImpl::reset(); }
  void reset() override {
    weight = register_parameter("weight", full({options.num_parameters()}, options.init()));
  }
  Tensor forward(const Tensor& x) const { return functional::prelu(x, weight); }
  std::string label() const override { return "PReLU"; }
  std::string extra_repr() const override {
    return named_values("num_parameters", options.num_parameters());
  }
  PReLUOptions options;
  Tensor weight;
};
TANDEM_MODULE(PReLU);

/// x where x >= 0, a random slope times x elsewhere (Xu et al., 2015).
struct RReLUImpl : Stateless<RReLUImpl> {
  explicit RReLUImpl(const RReLUOptions& given = {}) : options(given) {}
  Tensor forward(const Tensor& x) const { return functional::rrelu(x, options, is_training()); }
  std::string label() const override { return "RReLU"; }
  std::string extra_repr() const override { return options.text(); }
  RReLUOptions options;
};
TANDEM_MODULE(RReLU);

}  // namespace tandem::nn
