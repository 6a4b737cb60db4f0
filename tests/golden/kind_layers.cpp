// Kinds whose cases are one call or one expression: activations, linear layers, losses, tensor
// operations.
#include "expression.h"
#include "functions.h"
#include "kind.h"

namespace tandem::golden {

namespace {

/// A JSON number, string or list as an expression value.
Value value_of(const Json& json) {
  if (json.is_null()) return {};
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_integer()) return json.get<std::int64_t>();
  if (json.is_number()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  if (!json.is_array()) unsupported("an argument that is an object");
  Sequence items;
  for (const Json& item : json) items.items.push_back(value_of(item));
  return items;
}

Arguments::Keywords keywords_of(const Json& args) {
  Arguments::Keywords keywords;
  for (const auto& [name, value] : args.items()) keywords[name] = value_of(value);
  return keywords;
}

Tensor call_unary(const std::string& function, const Tensor& x) {
  return call(function, {x}).tensor();
}

/// A loss as cases name it, PyTorch's name for it, and the input that the prediction stands under.
struct LossName {
  const char* function;
  const char* input;
};

LossName loss_named(const std::string& op) {
  static const std::map<std::string, LossName> names = {
      {"cross_entropy", {"cross_entropy", "z"}},
      {"nll_loss", {"nll_loss", "lp"}},
      {"bce_loss", {"binary_cross_entropy", "p"}},
      {"bce_with_logits", {"binary_cross_entropy_with_logits", "z"}},
      {"kl_div", {"kl_div", "lp"}},
  };
  const auto entry = names.find(op);
  return entry != names.end() ? entry->second : LossName{op.c_str(), "x"};
}

}  // namespace

Computed compute_activation(const Case& golden, const Device& device) {
  const Values leaves = make_leaves(golden, device);
  Arguments::Keywords keywords = keywords_of(golden.args);
  if (golden.op == "hardtanh") {
    keywords = {{"min_val", keywords.at("min")}, {"max_val", keywords.at("max")}};
  }
  const Tensor y = call(golden.op, {leaves.at("x")}, keywords).tensor();
  return with_gradients(golden, leaves, {{"y", y}});
}

Computed compute_linear(const Case& golden, const Device& device) {
  Values v = make_leaves(golden, device);
  const auto linear = [](const Tensor& x, const Tensor& weight, const Tensor& bias) {
    return call("linear", {x, weight, bias.defined() ? Value(bias) : Value()}).tensor();
  };
  if (golden.op == "linear") {
    const Tensor bias = v.contains("bias") ? v["bias"] : Tensor();
    return with_gradients(golden, v, {{"y", linear(v["x"], v["weight"], bias)}});
  }
  if (golden.op != "mlp2") unsupported(golden.op);
  const Tensor hidden = call_unary(golden.args.at("act"), linear(v["x"], v["w1"], v["b1"]));
  return with_gradients(golden, v, {{"y", linear(hidden, v["w2"], v["b2"])}});
}

Computed compute_loss(const Case& golden, const Device& device) {
  const Values leaves = make_leaves(golden, device);
  const LossName loss = loss_named(golden.op);
  Arguments::Keywords keywords = keywords_of(golden.args);
  std::vector<Value> positional = {leaves.at(loss.input)};
  for (const auto& [name, tensor] : leaves) {
    if (name == "weight" || name == "pos_weight") {
      keywords[name] = tensor;
    } else if (name != loss.input) {
      positional.emplace_back(tensor);
    }
  }
  const Tensor y = call(loss.function, positional, keywords).tensor();
  return with_gradients(golden, leaves, {{"y", y}});
}

Computed compute_tensor(const Case& golden, const Device& device) {
  const Values leaves = make_leaves(golden, device);
  const Value result = evaluate(golden.args.at("expr"), leaves, device);
  Values out;
  if (result.is<Sequence>()) {
    const TensorList tensors = result.tensors();
    for (std::size_t i = 0; i < tensors.size(); ++i) out[numbered("y", i)] = tensors[i];
  } else {
    out["y"] = result.tensor();
  }
  return with_gradients(golden, leaves, std::move(out));
}

}  // namespace tandem::golden
