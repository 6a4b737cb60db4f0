// Optimizers as libtorch's programs use them: groups, defaults, states, optimizers of one's own,
// and LBFGS.
#include <sstream>

#include "tests/devices.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

using namespace optim;

class OptimGroups : public OnDevice {
 protected:
  Tensor parameter(const std::vector<double>& values) const {
    return tensor(values, on(kFloat64)).requires_grad_(true);
  }
};
INSTANTIATE_TEST_SUITE_P(Devices, OptimGroups, every_device(), device_name);

TEST_P(OptimGroups, OptionsAreReadAndChangedThroughGroups) {
  const Tensor a = parameter({1}), b = parameter({1});
  Adam adam({OptimizerParamGroup({a}), OptimizerParamGroup({b}, AdamOptions(0.5).eps(1e-3))},
            AdamOptions(0.1).betas({0.8, 0.9}));
  EXPECT_EQ(static_cast<AdamOptions&>(adam.defaults()).lr(), 0.1);
  for (OptimizerParamGroup& group : adam.param_groups()) {
    ASSERT_TRUE(group.has_options());
    auto& options = static_cast<AdamOptions&>(group.options());
    options.lr(options.lr() * 0.1);
    options.lr() *= 2;
  }
  EXPECT_NEAR(adam.get_lr(0), 0.02, 1e-15);
  EXPECT_NEAR(adam.get_lr(1), 0.1, 1e-15);
  EXPECT_EQ(std::get<0>(static_cast<AdamOptions&>(adam.param_groups()[0].options()).betas()), 0.8);
  EXPECT_EQ(std::get<0>(static_cast<AdamOptions&>(adam.param_groups()[1].options()).betas()), 0.9);
  EXPECT_FALSE(AdamOptions(0.1) == AdamOptions(0.2));
  EXPECT_TRUE(AdamOptions(0.1) == AdamOptions(0.1));
  // A copy of a group has options of its own.
  OptimizerParamGroup copy = adam.param_groups()[0];
  copy.options().set_lr(7);
  EXPECT_NEAR(adam.get_lr(0), 0.02, 1e-15);
  // Options of another optimizer are refused before any parameter moves.
  adam.param_groups()[0].set_options(std::make_unique<SGDOptions>(0.1));
  (a + b).sum().backward();
  EXPECT_TRUE(throws([&] { adam.step(); }, {"options", "another optimizer"}));
  EXPECT_EQ(a.item() + b.item(), 2);
}

TEST_P(OptimGroups, ParametersMayChangeBetweenSteps) {
  const Tensor a = parameter({1}), b = parameter({1});
  SGD sgd({a}, SGDOptions(0.1).momentum(0.5));
  a.sum().backward();
  sgd.step();
  sgd.add_parameters({b});
  EXPECT_EQ(sgd.size(), 2u);
  b.sum().backward();
  sgd.step();
  EXPECT_NEAR(a.item(), 1 - 0.1 - 0.15, 1e-15);
  EXPECT_NEAR(b.item(), 0.9, 1e-15);  // its first step
  auto& state = static_cast<SGDParamState&>(*sgd.state().at(a.unsafeGetTensorImpl()));
  EXPECT_EQ(state.momentum_buffer().item(), 1.5);
  EXPECT_EQ(state.step(), 2);
  sgd.param_groups()[0].params() = {b};
  sgd.step();
  EXPECT_NEAR(a.item(), 0.75, 1e-15);
  EXPECT_NEAR(b.item(), 0.75, 1e-15);
  EXPECT_TRUE(throws([&] { sgd.add_parameters({b}); }, {"two groups"}));
  EXPECT_TRUE(throws<IndexError>([&] { sgd.get_lr(3); }, {"group 3"}));
  // One that can take no step throws and moves none.
  sgd.param_groups()[0].params() = {b, (b * 2).detach().to(kInt64)};
  sgd.param_groups()[0].params()[1].mutable_grad() = ones({1}, on(kInt64));
  EXPECT_TRUE(throws([&] { sgd.step(); }, {"int64"}));
  EXPECT_NEAR(b.item(), 0.75, 1e-15);
}

/// Moves by the sign of the gradient.
class SignDescent : public Optimizer {
 public:
  struct Options : OptimizerCloneableOptions<Options> {
    double rate = 0.25;
    double get_lr() const override { return rate; }
    void set_lr(double lr) override { rate = lr; }
  };
  struct Count : OptimizerParamState {
    int steps = 0;
  };

  explicit SignDescent(TensorList parameters)
      : Optimizer(std::move(parameters), std::make_unique<Options>()) {}
  Tensor step(LossClosure closure = nullptr) override {
    const Tensor loss = loss_of(closure);
    const NoGradGuard guard;
    for (OptimizerParamGroup& group : param_groups_)
      for (Tensor& p : group.params()) {
        p.sub_(p.grad().sign(), group.options().get_lr());
        auto& state = state_[p.unsafeGetTensorImpl()];
        if (state == nullptr) state = std::make_unique<Count>();
        ++static_cast<Count&>(*state).steps;
      }
    return loss;
  }
};

TEST_P(OptimGroups, AnOptimizerOfOnesOwn) {
  const Tensor w = parameter({1, -1});
  SignDescent own({w});
  StepLR schedule(own, 1, 0.5);
  for (int i = 0; i < 2; ++i) {
    const Tensor loss = own.step([&] {
      own.zero_grad();
      const Tensor value = square(w).sum();
      value.backward();
      return value;
    });
    EXPECT_NEAR(loss.item(), i == 0 ? 2 : 2 * 0.75 * 0.75, 1e-15);
    schedule.step();
  }
  EXPECT_TRUE(is_close(w, {0.625, -0.625}, 1e-15));
  EXPECT_EQ(static_cast<SignDescent::Count&>(*own.state().at(w.unsafeGetTensorImpl())).steps, 2);
  EXPECT_TRUE(throws([&] { state_dict(own); }, {"save"}));
  EXPECT_TRUE(throws([&] { own.set_momentum(0.5, 0); }, {"momentum"}));
}

/// The Rosenbrock function of pairs.
Tensor valley(const Tensor& w) {
  const Tensor x = w.slice(0, 0, 2), y = w.slice(0, 2, 4);
  return (100 * square(y - square(x)) + square(1 - x)).sum();
}

TEST_P(OptimGroups, LbfgsFindsTheMinimumOfAValley) {
  const Tensor w = parameter({-1.2, 0.3, 1, -2});
  LBFGS lbfgs({w}, LBFGSOptions(1).max_iter(100).line_search_fn("strong_wolfe"));
  int evaluations = 0;
  const auto closure = [&] {
    lbfgs.zero_grad();
    const Tensor loss = valley(w);
    loss.backward();
    ++evaluations;
    return loss;
  };
  const Tensor first = lbfgs.step(closure);
  EXPECT_NEAR(first.item(), valley(tensor({-1.2, 0.3, 1.0, -2.0}, on(kFloat64))).item(), 1e-9);
  EXPECT_TRUE(is_close(w, {1, 1, 1, 1}, 1e-5));
  const auto& state = static_cast<LBFGSParamState&>(*lbfgs.state().at(w.unsafeGetTensorImpl()));
  EXPECT_EQ(state.func_evals(), evaluations);
  EXPECT_LT(evaluations, 125);
  EXPECT_EQ(state.d().numel(), 4);
}

TEST_P(OptimGroups, AnExceptionInTheClosureOfLbfgsLosesNothing) {
  const Tensor w = parameter({-1.2, 0.3, 1, -2});
  LBFGS lbfgs({w}, LBFGSOptions(1).max_iter(4).line_search_fn("strong_wolfe"));
  int left = 1000;
  const auto closure = [&] {
    if (left-- == 0) throw std::runtime_error("enough");
    lbfgs.zero_grad();
    const Tensor loss = valley(w);
    loss.backward();
    return loss;
  };
  lbfgs.step(closure);
  for (const int at : {0, 1, 2, 4}) {
    const NamedTensors state = state_dict(lbfgs);
    const Tensor before = w.detach().clone();
    left = at;
    EXPECT_THROW(lbfgs.step(closure), std::runtime_error);
    EXPECT_TRUE(same_bits(w, before)) << at;
    const NamedTensors after = state_dict(lbfgs);
    ASSERT_EQ(after.size(), state.size());
    for (std::size_t i = 0; i < state.size(); ++i)
      EXPECT_TRUE(same_bits(after[i].second, state[i].second)) << state[i].first;
  }
}

TEST_P(OptimGroups, ALoadedLbfgsContinues) {
  for (const bool searches : {false, true}) {
    LBFGSOptions options = LBFGSOptions(0.5).max_iter(3).history_size(2);
    if (searches) options.line_search_fn("strong_wolfe");
    const Tensor w = parameter({0.5, 0.3, 1, 0.7});
    LBFGS first({w}, options);
    const auto train = [&](LBFGS& lbfgs, const Tensor& at) {
      lbfgs.step([&] {
        lbfgs.zero_grad();
        const Tensor loss = (square(square(at)) + at).sum();
        loss.backward();
        return loss;
      });
    };
    std::stringstream untouched, stream;
    save(first, untouched);
    train(first, w);
    train(first, w);
    save(first, stream);
    const Tensor copy = w.detach().clone().requires_grad_(true);
    LBFGS second({copy}, options);
    load(second, untouched);
    load(second, stream);
    train(first, w);
    train(second, copy);
    EXPECT_TRUE(same_bits(w, copy));
    NamedTensors wrong = state_dict(first);
    wrong.emplace_back("more", ones({1}));
    EXPECT_TRUE(throws([&] { load_state_dict(second, wrong); }, {"more"}));
    LBFGS other({parameter({1})}, options);
    EXPECT_TRUE(throws([&] { load_state_dict(other, state_dict(first)); }, {"'d'", "[4]", "[1]"}));
  }
}

TEST_P(OptimGroups, LbfgsRefusesWhatItCannotDo) {
  const Tensor a = parameter({1}), b = parameter({1});
  const auto refused = [&](const LBFGSOptions& options, std::vector<const char*> words) {
    for (const char* word : words)
      EXPECT_TRUE(throws([&] { LBFGS({a}, options); }, {"LBFGS", word}));
  };
  refused(LBFGSOptions(-1), {"lr", "-1"});
  refused(LBFGSOptions().max_iter(0), {"max_iter"});
  refused(LBFGSOptions().max_eval(0), {"max_eval"});
  refused(LBFGSOptions().history_size(0), {"history_size"});
  refused(LBFGSOptions().line_search_fn("armijo"), {"strong_wolfe", "armijo"});
  EXPECT_TRUE(throws(
      [&] {
        LBFGS({OptimizerParamGroup({a}), OptimizerParamGroup({b})});
      },
      {"one parameter group", "2"}));
  EXPECT_TRUE(throws(
      [&] {
        LBFGS({a, ones({1}, on(kFloat32)).requires_grad_(true)});
      },
      {"float64", "float32"}));
  LBFGS lbfgs({a});
  EXPECT_TRUE(throws([&] { lbfgs.step(); }, {"closure"}));
}

TEST_P(OptimGroups, NoGroupMovesUnlessAllCan) {
  const Tensor a = parameter({1}), b = parameter({1});
  SGD sgd({OptimizerParamGroup({a}), OptimizerParamGroup({b})}, SGDOptions(0.5));
  (a + b).sum().backward();
  b.mutable_grad() = ones({2}, on(kFloat64));
  EXPECT_TRUE(throws([&] { sgd.step(); }, {"gradient", "[2]"}));
  EXPECT_EQ(a.item(), 1);
  EXPECT_TRUE(throws([&] { SGD({OptimizerParamGroup({a}, AdamOptions(0.1))}); },
                     {"options of another optimizer"}));
  OptimizerParamGroup group({a}, SGDOptions(0.1));
  const OptimizerParamGroup moved = std::move(group);
  EXPECT_TRUE(moved.has_options());
  EXPECT_FALSE(group.has_options());  // NOLINT(bugprone-use-after-move)
  group.set_options(std::make_unique<SGDOptions>(0.3));
  EXPECT_EQ(group.options().get_lr(), 0.3);
  // Gradients that someone holds are zeroed, too.
  sgd.zero_grad();
  (a * 3).sum().backward();
  const Tensor held = a.grad();
  sgd.zero_grad(false);
  EXPECT_EQ(held.item(), 0);
}

TEST_P(OptimGroups, LbfgsKeepsItsParameters) {
  const Tensor a = parameter({1}), b = parameter({2});
  LBFGS lbfgs({a}, LBFGSOptions(0.1));
  EXPECT_TRUE(throws([&] { lbfgs.add_param_group(OptimizerParamGroup({b})); }, {"one", "group"}));
  EXPECT_TRUE(throws([&] { lbfgs.add_parameters({ones({1}, on(kFloat32)).requires_grad_(true)}); },
                     {"float32"}));
  lbfgs.step([&] {
    lbfgs.zero_grad();
    const Tensor loss = square(a).sum();
    loss.backward();
    return loss;
  });
  EXPECT_TRUE(throws([&] { lbfgs.add_parameters({b}); }, {"first step"}));
  // Parameters may follow the construction, but not the first step.
  LBFGS later{TensorList()};
  EXPECT_TRUE(throws([&] { later.step([&] { return square(b).sum(); }); }, {"no parameter"}));
  serialize::OutputArchive archive;
  EXPECT_TRUE(throws([&] { later.save(archive); }, {"no parameter"}));
  serialize::InputArchive saved;
  EXPECT_TRUE(throws([&] { later.load(saved); }, {"no parameter"}));
  later.add_parameters({b});
  EXPECT_EQ(later.parameters().size(), 1u);
}

}  // namespace
}  // namespace tandem::testing
