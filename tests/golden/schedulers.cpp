#include "schedulers.h"

#include <set>

#include "unsupported.h"

namespace tandem::golden {

namespace {

/// Keyword arguments; each that is asked for counts as known.
class Keywords {
 public:
  explicit Keywords(const Json& json) : json_(json) {}
  template <class T> T get(const std::string& name, T otherwise) {
    known_.insert(name);
    return json_.value(name, otherwise);
  }
  double number(const std::string& name) { return get(name, 0.0); }
  std::int64_t integer(const std::string& name, std::int64_t otherwise = 0) {
    return get(name, otherwise);
  }
  /// Throws Unsupported if there is a keyword that nobody asked for.
  void expect_all_known() const {
    for (const auto& [name, value] : json_.items())
      if (!known_.contains(name)) unsupported("scheduler argument ", name);
  }

 private:
  const Json& json_;
  std::set<std::string> known_;
};

optim::CyclicOptions cyclic_options(Keywords& k) {
  optim::CyclicOptions options{.base_lr = k.number("base_lr"), .max_lr = k.number("max_lr")};
  options.step_size_up = k.integer("step_size_up", options.step_size_up);
  options.step_size_down = k.integer("step_size_down");
  options.gamma = k.get("gamma", options.gamma);
  options.cycle_momentum = k.get("cycle_momentum", true);
  const std::string mode = k.get<std::string>("mode", "triangular");
  if (mode == "triangular2") options.mode = optim::CyclicMode::Triangular2;
  if (mode == "exp_range") options.mode = optim::CyclicMode::ExpRange;
  return options;
}

optim::OneCycleOptions one_cycle_options(Keywords& k) {
  optim::OneCycleOptions options{.max_lr = k.number("max_lr")};
  options.total_steps = k.integer("total_steps");
  options.epochs = k.integer("epochs");
  options.steps_per_epoch = k.integer("steps_per_epoch");
  options.pct_start = k.get("pct_start", options.pct_start);
  options.div_factor = k.get("div_factor", options.div_factor);
  options.final_div_factor = k.get("final_div_factor", options.final_div_factor);
  options.three_phase = k.get("three_phase", false);
  options.cycle_momentum = k.get("cycle_momentum", true);
  if (k.get<std::string>("anneal_strategy", "cos") == "linear")
    options.anneal_strategy = optim::Anneal::Linear;
  return options;
}

using Made = std::unique_ptr<optim::LRScheduler>;

Made make(const std::string& name, Keywords& k, optim::Optimizer& optimizer) {
  using namespace optim;
  const auto gamma = [&] { return k.get("gamma", 0.1); };
  if (name == "StepLR") return Made(new StepLR(optimizer, k.integer("step_size"), gamma()));
  if (name == "MultiStepLR") {
    const auto milestones = k.get("milestones", std::vector<std::int64_t>());
    return Made(new MultiStepLR(optimizer, milestones, gamma()));
  }
  if (name == "ExponentialLR") return Made(new ExponentialLR(optimizer, gamma()));
  if (name == "CosineAnnealingLR")
    return Made(new CosineAnnealingLR(optimizer, k.integer("T_max"), k.number("eta_min")));
  if (name == "CosineAnnealingWarmRestarts")
    return Made(new CosineAnnealingWarmRestarts(optimizer, k.integer("T_0"), k.integer("T_mult", 1),
                                                k.number("eta_min")));
  if (name == "LinearLR")
    return Made(new LinearLR(optimizer, k.get("start_factor", 1.0 / 3), k.get("end_factor", 1.0),
                             k.integer("total_iters", 5)));
  if (name == "ConstantLR")
    return Made(new ConstantLR(optimizer, k.get("factor", 1.0 / 3), k.integer("total_iters", 5)));
  if (name == "PolynomialLR")
    return Made(new PolynomialLR(optimizer, k.integer("total_iters", 5), k.get("power", 1.0)));
  if (name == "CyclicLR") return Made(new CyclicLR(optimizer, cyclic_options(k)));
  if (name == "OneCycleLR") return Made(new OneCycleLR(optimizer, one_cycle_options(k)));
  unsupported("scheduler ", name);
}

}  // namespace

std::unique_ptr<optim::LRScheduler> make_scheduler(const std::string& name, const Json& keywords,
                                                   optim::Optimizer& optimizer) {
  Keywords k(keywords);
  Made scheduler = make(name, k, optimizer);
  k.expect_all_known();
  return scheduler;
}

optim::ReduceLROnPlateauOptions plateau_options(const Json& keywords) {
  Keywords k(keywords);
  optim::ReduceLROnPlateauOptions options;
  if (k.get<std::string>("mode", "min") == "max") options.mode = optim::PlateauMode::Max;
  if (k.get<std::string>("threshold_mode", "rel") == "abs")
    options.threshold_mode = optim::ThresholdMode::Abs;
  options.factor = k.get("factor", options.factor);
  options.patience = k.integer("patience", options.patience);
  options.threshold = k.get("threshold", options.threshold);
  options.cooldown = k.integer("cooldown");
  options.min_lr = k.number("min_lr");
  options.eps = k.get("eps", options.eps);
  k.expect_all_known();
  return options;
}

}  // namespace tandem::golden
