// Whole training runs from a seed, compared step by step.
#include "core/ops/cat.h"
#include "core/ops/factories.h"
#include "core/ops/random.h"
#include "functions.h"
#include "kind.h"
#include "nn/data/tensor_loader.h"
#include "nn/functional.h"
#include "nn/modules/linear.h"
#include "nn/optim/optimizer.h"

namespace tandem::golden {

namespace {

namespace F = nn::functional;

/// The parameters of two linear layers under the names of the format.
Values parameters_of(const nn::Linear& first, const nn::Linear& second) {
  return {{"w1", first->weight}, {"b1", first->bias}, {"w2", second->weight}, {"b2", second->bias}};
}

/// Copies of `parameters` on `device` in `dtype`, as leaves.
Values leaves_of(const Values& parameters, const Device& device, DType dtype) {
  Values leaves;
  for (const auto& [name, parameter] : parameters) leaves[name] = leaf(parameter.to(dtype), device);
  return leaves;
}

TensorList list_of(const Values& leaves) {
  return {leaves.at("w1"), leaves.at("b1"), leaves.at("w2"), leaves.at("b2")};
}

/// Loss before each step of full-batch training with Adam.
Tensor train(const Case& golden, const std::string& activation, const Values& p, const Tensor& x,
             const Tensor& y) {
  optim::Adam optimizer(list_of(p), optim::AdamOptions(golden.args.at("lr").get<double>()));
  const std::int64_t epochs = golden.args.at("epochs");
  TensorList losses;
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    const Tensor before = F::linear(x, p.at("w1"), p.at("b1"));
    const Tensor hidden = call(activation, {before}).tensor();
    const Tensor loss = F::cross_entropy(F::linear(hidden, p.at("w2"), p.at("b2")), y);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    losses.push_back(loss.detach());
  }
  return stack(losses);
}

Computed race_activations(const Case& golden, const Device& device) {
  const Json& args = golden.args;
  manual_seed(args.at("seed").get<std::uint64_t>());
  const Tensor x = randn({args.at("N"), args.at("D")});
  const Tensor y = (x.sum(1) > 0).to(kInt64);
  Computed computed;
  computed.out = {{"X", x}, {"y", y}};
  for (const std::string activation : args.at("order")) {
    const nn::Linear first(args.at("D").get<std::int64_t>(), args.at("H").get<std::int64_t>());
    const nn::Linear second(args.at("H").get<std::int64_t>(), args.at("C").get<std::int64_t>());
    const Values initial = parameters_of(first, second);
    const Values single = leaves_of(initial, device, kFloat32);
    const Values twin = leaves_of(initial, device, kFloat64);
    const Tensor labels = y.to(device);
    const Tensor losses = train(golden, activation, single, x.to(device), labels);
    computed.out[activation + ".loss"] = losses;
    const Tensor wide = x.to(device).to(kFloat64);
    computed.out[activation + ".loss64"] = train(golden, activation, twin, wide, labels);
    for (const auto& [name, parameter] : initial) {
      computed.out[activation + "." + name + ".init"] = parameter;
      computed.out[activation + "." + name + ".final"] = single.at(name);
    }
  }
  // A GPU's products add in another order, and Adam carries the last bits through the whole run.
  if (device.is_cuda())
    for (const auto& [name, value] : computed.out)
      if (name.ends_with(".final")) computed.slack[name] = 5e-4;
  return computed;
}

/// Dropout whose mask comes from the CPU's stream wherever `x` is.
Tensor drop(const Tensor& x, double p) {
  if (!x.is_cuda()) return F::dropout(x, p);
  return x * F::dropout(ones(x.sizes()), p).to(x.device());
}

/// Two linear layers with tanh and dropout between them, and what their training left behind.
struct LoaderRun {
  nn::Linear first, second;
  TensorList losses, order;
  Tensor forward(const Tensor& x, double dropout) const {
    return second->forward(drop(tanh(first->forward(x)), dropout));
  }
};

/// One pass of the loader over {positions, inputs, targets}, a step for each batch.
void train_epoch(LoaderRun& run, const data::DataLoader& loader, optim::Optimizer& optimizer,
                 double dropout, const Device& device) {
  for (const TensorList& batch : loader) {
    optimizer.zero_grad();
    const Tensor y = run.forward(batch[1].to(device), dropout);
    const Tensor loss = F::binary_cross_entropy_with_logits(y, batch[2].to(device));
    loss.backward();
    optimizer.step();
    run.losses.push_back(loss.detach());
    run.order.push_back(batch[0]);
  }
}

Computed train_in_batches(const Case& golden, const Device& device) {
  const Json& args = golden.args;
  manual_seed(args.at("seed").get<std::uint64_t>());
  const std::int64_t count = args.at("n"), hidden = args.at("hidden"), epochs = args.at("epochs");
  const Tensor x = rand({count, 2}) * 2 - 1;
  const Tensor t = (x.slice(1, 0, 1) * x.slice(1, 1) > 0).to(kFloat32);
  LoaderRun run = {nn::Linear(2, hidden), nn::Linear(hidden, 1), {}, {}};
  Computed computed;
  computed.out = {{"X", x}, {"t", t}};
  for (const auto& [name, parameter] : parameters_of(run.first, run.second)) {
    computed.out[name + ".init"] = parameter.detach().clone();
  }
  run.first->to(device);
  run.second->to(device);
  const auto options =
      optim::SGDOptions(args.at("lr").get<double>()).momentum(args.at("momentum").get<double>());
  optim::SGD optimizer(list_of(parameters_of(run.first, run.second)), options);
  const data::DataLoader loader({arange(count), x, t}, args.at("batch"), /*shuffle=*/true);
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    train_epoch(run, loader, optimizer, args.at("dropout"), device);
  }
  computed.out["loss"] = stack(run.losses);
  computed.out["order"] = cat(run.order).reshape({epochs, count});
  computed.out["final"] = run.forward(x.to(device), 0);
  return computed;
}

}  // namespace

Computed compute_seed_experiment(const Case& golden, const Device& device) {
  if (golden.op == "seed_experiment") return race_activations(golden, device);
  if (golden.op == "loader_experiment") return train_in_batches(golden, device);
  unsupported(golden.op);
}

}  // namespace tandem::golden
