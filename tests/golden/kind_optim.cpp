// Trajectories of the optimizers on a quadratic and on a small net, and of schedules.
#include <limits>

#include "core/ops/cat.h"
#include "core/ops/factories.h"
#include "core/ops/linear.h"
#include "core/ops/matmul.h"
#include "kind.h"
#include "nn/functional.h"
#include "nn/utils.h"
#include "optimizers.h"
#include "schedulers.h"

namespace tandem::golden {

namespace {

std::unique_ptr<optim::Optimizer> optimizer_of(const Json& args, const TensorList& parameters) {
  return make_optimizer(args.at("optimizer"), {{parameters, args.at("kwargs")}});
}

void clip(const Json& how, const Tensor& parameter) {
  if (how.contains("clip_value")) {
    nn::utils::clip_grad_value_({parameter}, how.at("clip_value"));
    return;
  }
  const Json& type = how.at("norm_type");
  const double p = type.is_string() ? std::numeric_limits<double>::infinity() : type.get<double>();
  nn::utils::clip_grad_norm_({parameter}, how.at("max_norm"), p);
}

/// f(w) = w'Aw / 2 - b'w, its value before each step and w after each, the start included.
Computed minimise_quadratic(const Case& golden, const Device& device) {
  const Tensor a = golden.in.at("A").to(device), b = golden.in.at("b").to(device);
  const Tensor w = leaf(golden.in.at("w0"), device);
  const auto optimizer = optimizer_of(golden.args, {w});
  const std::int64_t steps = golden.args.at("steps");
  TensorList losses, path = {w.detach().clone()};
  for (std::int64_t step = 0; step < steps; ++step) {
    const Tensor loss = optimizer->step([&] {
      optimizer->zero_grad();
      const Tensor value = 0.5 * matmul(w, matmul(a, w)) - matmul(b, w);
      value.backward();
      if (golden.args.contains("clip")) clip(golden.args.at("clip"), w);
      return value;
    });
    losses.push_back(loss.detach());
    path.push_back(w.detach().clone());
  }
  Computed computed;
  computed.out = {{"w", stack(path)}, {"loss", stack(losses)}};
  return computed;
}

/// The groups of a case, or one of all parameters. A group's own arguments come before the common
/// ones.
std::vector<Group> groups_of(const Json& args, const Values& parameters) {
  if (!args.contains("groups")) {
    return {{{parameters.at("w1"), parameters.at("b1"), parameters.at("w2"), parameters.at("b2")},
             args.at("kwargs")}};
  }
  std::vector<Group> groups;
  for (const Json& entry : args.at("groups")) {
    Group group = {{}, args.at("kwargs")};
    for (const std::string name : entry.at("params")) {
      group.parameters.push_back(parameters.at(name));
    }
    for (const auto& [name, value] : entry.items()) {
      if (name != "params") group.keywords[name] = value;
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

/// Full-batch training of two layers with tanh on the mean squared error, the schedule stepped
/// after each step.
Computed train_net(const Case& golden, const Device& device) {
  namespace F = nn::functional;
  const Tensor x = golden.in.at("x").to(device), t = golden.in.at("t").to(device);
  Values p;
  for (const char* name : {"w1", "b1", "w2", "b2"}) p[name] = leaf(golden.in.at(name), device);
  const auto optimizer = make_optimizer(golden.args.at("optimizer"), groups_of(golden.args, p));
  std::unique_ptr<optim::LRScheduler> scheduler;
  if (golden.args.contains("scheduler"))
    scheduler = make_scheduler(golden.args.at("scheduler"), golden.args.at("skwargs"), *optimizer);
  const std::int64_t steps = golden.args.at("steps");
  TensorList losses;
  for (std::int64_t step = 0; step < steps; ++step) {
    const Tensor loss = optimizer->step([&] {
      optimizer->zero_grad();
      const Tensor hidden = tanh(F::linear(x, p["w1"], p["b1"]));
      const Tensor value = F::mse_loss(F::linear(hidden, p["w2"], p["b2"]), t);
      value.backward();
      return value;
    });
    if (scheduler) scheduler->step();
    losses.push_back(loss.detach());
  }
  Computed computed;
  computed.out = p;
  computed.out["loss"] = stack(losses);
  return computed;
}

/// Rate and momentum of SGD at construction and after every step of the schedule.
Computed follow_schedule(const Case& golden, const Device& device) {
  const Json keywords = {{"lr", golden.args.at("lr")}, {"momentum", golden.args.at("momentum")}};
  const auto optimizer = make_optimizer("SGD", {{{leaf(zeros({1}), device)}, keywords}});
  const auto scheduler =
      make_scheduler(golden.args.at("scheduler"), golden.args.at("kwargs"), *optimizer);
  std::vector<double> rates, momenta;
  const std::int64_t steps = golden.args.at("steps");
  for (std::int64_t step = 0; step <= steps; ++step) {
    if (step > 0) scheduler->step();
    rates.push_back(optimizer->get_lr());
    momenta.push_back(optimizer->get_momentum().value());
  }
  Computed computed;
  computed.out = {{"lr", tensor(rates, kFloat64)}, {"momentum", tensor(momenta, kFloat64)}};
  return computed;
}

Computed follow_plateau(const Case& golden, const Device& device) {
  const auto optimizer =
      make_optimizer("SGD", {{{leaf(zeros({1}), device)}, {{"lr", golden.args.at("lr")}}}});
  optim::ReduceLROnPlateau scheduler(*optimizer, plateau_options(golden.args.at("kwargs")));
  const Tensor& metric = golden.in.at("metric");
  std::vector<double> rates = {optimizer->get_lr()};
  for (std::int64_t i = 0; i < metric.numel(); ++i) {
    scheduler.step(metric[i].item());
    rates.push_back(optimizer->get_lr());
  }
  Computed computed;
  computed.out = {{"lr", tensor(rates, kFloat64)}};
  return computed;
}

}  // namespace

Computed compute_optim(const Case& golden, const Device& device) {
  if (golden.op == "quadratic" || golden.op == "quadratic_clip") {
    return minimise_quadratic(golden, device);
  }
  if (golden.op == "mlp_mse" || golden.op == "mlp_mse_groups" || golden.op == "mlp_mse_sched") {
    return train_net(golden, device);
  }
  if (golden.op == "lr_schedule") return follow_schedule(golden, device);
  if (golden.op == "reduce_on_plateau") return follow_plateau(golden, device);
  unsupported(golden.op);
}

}  // namespace tandem::golden
