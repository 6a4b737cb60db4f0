// Derivatives of derivatives: repeated ones of scalar functions, gradient penalties, Hessian-vector
// products and single ops.
#include "core/autograd/engine.h"
#include "core/ops/factories.h"
#include "core/ops/linear.h"
#include "core/ops/matmul.h"
#include "expression.h"
#include "functions.h"
#include "kind.h"
#include "nn/functional.h"

namespace tandem::golden {

namespace {

constexpr bool create_graph = true;

TensorList differentiate(const Tensor& y, const TensorList& inputs, bool again) {
  return autograd::grad({y.sum()}, inputs, {}, {}, again);
}

/// The formula of a case over x (and w, labels), where its op is not a function's name.
const char* formula_of(const std::string& op) {
  static const std::map<std::string, const char*> formulas = {
      {"log1pexp_composed", "torch.log(1 + torch.exp(-x * x))"},
      {"cube", "x ** 3"},
      {"sqrt1p", "torch.sqrt(1 + x * x)"},
      {"matmul", "(x @ w).pow(2)"},
      {"softmax", "torch.softmax(x @ w, 1).pow(2)"},
      {"log_softmax", "torch.log_softmax(x @ w, 1)[:, 0]"},
      {"div_bcast", "x / (1 + (w ** 2).sum(1))"},
      {"cross_entropy", "F.cross_entropy(x @ w, labels)"},
  };
  const auto entry = formulas.find(op);
  return entry == formulas.end() ? nullptr : entry->second;
}

Tensor apply_formula(const std::string& op, const Values& variables, const Device& device) {
  if (const char* formula = formula_of(op)) return evaluate(formula, variables, device).tensor();
  return call(op, {variables.at("x")}).tensor();
}

/// y and as many of d1, d2, d3 as the case holds. A derivative off the tape is constant, the next
/// one 0.
Computed repeated_derivatives(const Case& golden, const Device& device) {
  const Tensor x = leaf(golden.in.at("x"), device);
  Computed computed;
  Tensor last = apply_formula(golden.op, {{"x", x}}, device);
  computed.out["y"] = last;
  for (const char* name : {"d1", "d2", "d3"}) {
    if (!golden.out.contains(name)) break;
    last = last.requires_grad() ? differentiate(last, {x}, create_graph)[0] : zeros_like(x);
    computed.out[name] = last;
  }
  return computed;
}

Tensor two_layers(const Values& v, const std::string& activation) {
  const Tensor hidden = call(activation, {linear(v.at("x"), v.at("w1"), v.at("b1"))}).tensor();
  return linear(hidden, v.at("w2"), v.at("b2"));
}

Computed gradient_penalty(const Case& golden, const Device& device) {
  const Values v = make_leaves(golden, device);
  const double weight = golden.args.at("lambda");
  const Tensor score = two_layers(v, golden.args.at("act"));
  const Tensor slope = differentiate(score, {v.at("x")}, create_graph)[0];
  const Tensor penalty = (slope.norm(2, {1}) - 1).square().mean();
  const Tensor loss = score.mean() + penalty * weight;
  return with_gradients(golden, v,
                        {{"D", score}, {"dDdx", slope}, {"penalty", penalty}, {"loss", loss}});
}

Computed hessian_vector(const Case& golden, const Device& device) {
  const std::vector<std::string> names = {"w1", "b1", "w2", "b2"};
  Values v;
  for (const auto& [name, input] : golden.in) v[name] = leaf(input, device);
  const Tensor target = v.at("t").detach();
  const Tensor loss = nn::functional::mse_loss(two_layers(v, golden.args.at("act")), target);
  TensorList parameters, directions;
  for (const std::string& name : names) {
    parameters.push_back(v.at(name));
    directions.push_back(v.at("v_" + name).detach());
  }
  const TensorList gradients = differentiate(loss, parameters, create_graph);
  const TensorList products = autograd::grad(gradients, parameters, directions);
  Computed computed;
  computed.out["loss"] = loss;
  for (std::size_t i = 0; i < names.size(); ++i) {
    computed.out["g_" + names[i]] = gradients[i];
    computed.out["Hv_" + names[i]] = products[i];
  }
  return computed;
}

Computed single_op(const Case& golden, const Device& device) {
  const Tensor x = leaf(golden.in.at("x"), device), w = leaf(golden.in.at("w"), device);
  const Tensor labels = tensor({0, 1, 1}).to(device);
  Computed computed;
  const Tensor y = apply_formula(golden.op, {{"x", x}, {"w", w}, {"labels", labels}}, device);
  const TensorList first = differentiate(y, {x, w}, create_graph);
  const Tensor energy = first[0].square().sum() + first[1].square().sum();
  const TensorList second = autograd::grad({energy}, {x, w});
  computed.out = {
      {"y", y}, {"gx", first[0]}, {"gw", first[1]}, {"hx", second[0]}, {"hw", second[1]}};
  return computed;
}

}  // namespace

Computed compute_double_backward(const Case& golden, const Device& device) {
  if (golden.op == "gradient_penalty") return gradient_penalty(golden, device);
  if (golden.op == "hessian_vector") return hessian_vector(golden, device);
  if (golden.in.contains("w")) return single_op(golden, device);
  return repeated_derivatives(golden, device);
}

}  // namespace tandem::golden
