// Fuzz target: load_state_dict of optimizers and of a module, from what load_safetensors accepts.
// What is refused changes nothing; what is accepted comes back from state_dict, and trains on.
#include <iterator>
#include <type_traits>
#include <vector>

#include "nn/nn.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/safetensors_mutator.h"

namespace tandem::fuzz {

namespace {

/// A net and an optimizer of it that made two steps.
template <class Optimizer, class Options> struct Trained {
  nn::Linear net{nn::LinearOptions(2, 3)};
  Optimizer optimizer;
  explicit Trained(const Options& options) : optimizer(net->parameters(), options) {
    step();
    step();
  }
  void step() {
    optimizer.zero_grad();
    net->forward(ones({4, 2})).tanh().sum().backward();
    optimizer.step();
  }
};

/// Whether `load` accepted; `state` tells what is there before and after.
template <class State, class Load> bool loads(const State& state, const Load& load) {
  NamedTensors before = state();
  for (auto& [name, value] : before) value = value.detach().clone();
  try {
    load();
  } catch (const Error&) {
    require(same(state(), before), "a refused state changed something");
    return false;
  }
  return true;
}

/// Whether what is there now is what was given, in the dtypes of what is there.
void require_loaded(const NamedTensors& now, const NamedTensors& given) {
  for (const auto& [name, value] : now)
    for (const auto& [given_name, given_value] : given)
      require(name != given_name || same(value, given_value.to(value.dtype()).contiguous()),
              "a value is not the one that was loaded");
}

template <class Optimizer, class Options>
bool optimizer_loads(const Options& options, const NamedTensors& values) {
  Trained<Optimizer, Options> trained(options);
  if (!loads([&] { return optim::state_dict(trained.optimizer); },
             [&] { optim::load_state_dict(trained.optimizer, values); }))
    return false;
  require_loaded(optim::state_dict(trained.optimizer), values);
  trained.step();
  return true;
}

nn::Sequential some_module() {
  return nn::Sequential(nn::Linear(2, 3), nn::LayerNorm(nn::LayerNormOptions({3})));
}

bool module_loads(const NamedTensors& values) {
  const nn::Sequential net = some_module();
  if (!loads([&] { return nn::state_dict(*net); }, [&] { nn::load_state_dict(*net, values); }))
    return false;
  require_loaded(nn::state_dict(*net), values);
  net->forward(ones({4, 2}));
  return true;
}

/// Calls body.operator()<Optimizer>(options) for every optimizer.
template <class Body> void for_each_optimizer(const Body& body) {
  using namespace optim;
  body.template operator()<SGD>(SGDOptions(0.1).momentum(0.9));
  body.template operator()<Adam>(AdamOptions(0.1).amsgrad(true));
  body.template operator()<AdamW>(AdamWOptions(0.1));
  body.template operator()<RMSprop>(RMSpropOptions(0.1).centered(true));
  body.template operator()<Adagrad>(AdagradOptions(0.1));
  body.template operator()<Adamax>(AdamaxOptions(0.1));
  body.template operator()<NAdam>(NAdamOptions(0.1));
  body.template operator()<Rprop>(RpropOptions(0.1));
}

/// What saving writes, of the module and of every optimizer.
std::vector<std::string> valid_files() {
  const ScratchFile file("tandem_fuzz_valid");
  std::vector<std::string> files;
  const auto add = [&](const NamedTensors& state) {
    save_safetensors(file.path(), state);
    std::ifstream saved(file.path(), std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(saved), std::istreambuf_iterator<char>());
  };
  add(nn::state_dict(*some_module()));
  for_each_optimizer([&]<class Optimizer>(const auto& options) {
    Trained<Optimizer, std::decay_t<decltype(options)>> trained(options);
    add(optim::state_dict(trained.optimizer));
  });
  return files;
}

}  // namespace

/// Names and shapes have to be right: three of four mutations begin with a valid file.
std::string file_to_mutate(const std::string& given, unsigned seed) {
  static const std::vector<std::string> valid = valid_files();
  return seed % 4 == 0 ? given : valid[seed / 4 % valid.size()];
}

bool run_input(Bytes input) {
  static const ScratchFile file("tandem_fuzz_state");
  NamedTensors values;
  try {
    values = load_safetensors(file.write(input));
  } catch (const Error&) {
    return false;
  }
  bool accepted = module_loads(values);
  for_each_optimizer([&]<class Optimizer>(const auto& options) {
    accepted |= optimizer_loads<Optimizer>(options, values);
  });
  return accepted;
}

}  // namespace tandem::fuzz
