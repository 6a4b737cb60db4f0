// Examples that other projects' documents print.
#include "core/ops/elementwise.h"
#include "core/ops/random.h"
#include "kind.h"
#include "nn/modules/linear.h"

namespace tandem::golden {

namespace {

/// A document's printed numbers bind as far as the reference itself met them; where the case does
/// not say how far that was, they are placeholders.
void judge_printed(const Case& golden, Computed& computed) {
  for (const auto& [name, expected] : golden.out) {
    if (!name.starts_with("printed_")) continue;
    const std::string what = name.substr(std::string("printed_").size());
    const std::string slack = "doc_maxdiff_" + what;
    if (!golden.args.contains(slack)) {
      computed.not_compared.insert(name);
      continue;
    }
    computed.slack[name] = golden.args.at(slack);
    const Tensor shown = what == "grad" ? computed.grad.at("x") : computed.out.at(what);
    computed.out[name] = shown.to(expected.dtype());
  }
}

Computed tanh_example(const Case& golden, const Device& device) {
  const Values leaves = make_leaves(golden, device);
  return with_gradients(golden, leaves, {{"y", tanh(leaves.at("x"))}});
}

/// Linear layers with tanh between them, and after the only one; default initialisation from a
/// seed.
Computed small_model(const Case& golden, const Device& device) {
  const auto sizes = golden.args.at("dims").get<std::vector<std::int64_t>>();
  manual_seed(golden.args.at("seed").get<std::uint64_t>());
  Values leaves = make_leaves(golden, device), out;
  Tensor y = leaves.at("x");
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    nn::Linear layer(sizes[i], sizes[i + 1]);
    layer->to(device);
    y = layer->forward(i == 0 ? y : tanh(y));
    const std::string name = numbered("fc", i + 1);
    leaves[name + ".weight"] = out[name + ".weight"] = layer->weight;
    leaves[name + ".bias"] = out[name + ".bias"] = layer->bias;
  }
  out["y"] = sizes.size() == 2 ? tanh(y) : y;
  return with_gradients(golden, leaves, std::move(out));
}

}  // namespace

Computed compute_document(const Case& golden, const Device& device) {
  if (golden.op != "tanh" && golden.op != "doc_model") unsupported(golden.op);
  Computed computed =
      golden.op == "tanh" ? tanh_example(golden, device) : small_model(golden, device);
  judge_printed(golden, computed);
  return computed;
}

}  // namespace tandem::golden
