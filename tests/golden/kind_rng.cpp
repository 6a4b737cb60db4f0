// Programs of random draws: every number of the CPU generator's stream.
#include "core/ops/cat.h"
#include "core/ops/factories.h"
#include "core/ops/random.h"
#include "kind.h"
#include "nn/data/tensor_loader.h"
#include "nn/functional.h"
#include "nn/init.h"
#include "nn/modules/linear.h"
#include "nn/modules/recurrent.h"

namespace tandem::golden {

namespace {

/// Negative seeds stand for their two's complement.
void seed_from(const Json& seed) {
  if (seed.is_number_unsigned()) {
    manual_seed(seed.get<std::uint64_t>());
  } else {
    manual_seed(static_cast<std::uint64_t>(seed.get<std::int64_t>()));
  }
}

/// One step of a program, with the defaults of the format.
struct Step {
  const Json& json;
  std::string op() const { return json.at("op"); }
  double real(const char* name) const { return json.at(name); }
  std::int64_t integer(const char* name) const { return json.at(name); }
  Shape shape() const { return json.value("shape", std::vector<std::int64_t>()); }
  TensorOptions options() const { return dtype_named(json.value("dtype", "f32")); }
  Tensor blank() const { return empty(shape(), options()); }
};

using Draw = TensorList (*)(const Step&);
using DrawTable = std::map<std::string, Draw>;

void add_plain_draws(DrawTable& table) {
  table["manual_seed"] = [](const Step& s) -> TensorList {
    seed_from(s.json.at("seed"));
    return {};
  };
  table["rand"] = [](const Step& s) -> TensorList { return {rand(s.shape(), s.options())}; };
  table["randn"] = [](const Step& s) -> TensorList { return {randn(s.shape(), s.options())}; };
  table["uniform"] = [](const Step& s) -> TensorList {
    return {s.blank().uniform_(s.real("a"), s.real("b"))};
  };
  table["normal"] = [](const Step& s) -> TensorList {
    return {s.blank().normal_(s.real("mean"), s.real("std"))};
  };
  table["exponential"] = [](const Step& s) -> TensorList {
    return {s.blank().exponential_(s.real("lambda"))};
  };
  table["randint"] = [](const Step& s) -> TensorList {
    return {randint(s.integer("lo"), s.integer("hi"), s.shape())};
  };
  table["random"] = [](const Step& s) -> TensorList {
    return {empty(s.shape(), kInt64).random_()};
  };
  table["randperm"] = [](const Step& s) -> TensorList { return {randperm(s.integer("n"))}; };
  table["bernoulli_scalar"] = [](const Step& s) -> TensorList {
    return {s.blank().bernoulli_(s.real("p"))};
  };
  table["bernoulli_tensor"] = [](const Step& s) -> TensorList {
    return {bernoulli(full(s.shape(), s.real("p"), s.options()))};
  };
  table["dropout"] = [](const Step& s) -> TensorList {
    const bool training = s.json.value("training", true);
    return {nn::functional::dropout(ones(s.shape(), s.options()), s.real("p"), training)};
  };
}

template <class Cell> TensorList draw_cell(const Step& s) {
  const Cell cell(s.integer("in"), s.integer("hidden"));
  return {cell->weight_ih, cell->weight_hh, cell->bias_ih, cell->bias_hh};
}

TensorList draw_linear(const Step& s) {
  const nn::Linear layer(
      nn::LinearOptions(s.integer("in"), s.integer("out")).bias(s.json.value("bias", true)));
  if (layer->bias.defined()) return {layer->weight, layer->bias};
  return {layer->weight};
}

template <Tensor (*fill)(Tensor, double)> TensorList draw_xavier(const Step& s) {
  return {fill(s.blank(), s.real("gain"))};
}

template <Tensor (*fill)(Tensor, double, nn::init::FanMode, const std::string&)>
TensorList draw_kaiming(const Step& s) {
  using nn::init::FanMode;
  const FanMode mode = s.json.at("mode") == "fan_out" ? FanMode::FanOut : FanMode::FanIn;
  return {fill(s.blank(), s.json.value("a", 0.0), mode, s.json.at("nonlinearity"))};
}

/// The order in which one pass of a loader hands out 0..n-1.
TensorList draw_epoch(const Step& s) {
  TensorList batches;
  const bool shuffle = s.json.at("shuffle");
  const data::DataLoader loader({arange(s.integer("n"))}, s.integer("batch"), shuffle);
  for (const TensorList& batch : loader) batches.push_back(batch[0]);
  return {cat(batches)};
}

void add_module_draws(DrawTable& table) {
  table["linear"] = draw_linear;
  table["RNNCell"] = draw_cell<nn::RNNCell>;
  table["GRUCell"] = draw_cell<nn::GRUCell>;
  table["LSTMCell"] = draw_cell<nn::LSTMCell>;
  table["xavier_uniform"] = draw_xavier<nn::init::xavier_uniform_>;
  table["xavier_normal"] = draw_xavier<nn::init::xavier_normal_>;
  table["kaiming_uniform"] = draw_kaiming<nn::init::kaiming_uniform_>;
  table["kaiming_normal"] = draw_kaiming<nn::init::kaiming_normal_>;
  table["loader_epoch"] = draw_epoch;
  table["random_split"] = [](const Step& s) -> TensorList {
    return data::random_split(s.json.at("lengths").get<std::vector<std::int64_t>>());
  };
}

const DrawTable& draws() {
  static const DrawTable table = [] {
    DrawTable result;
    add_plain_draws(result);
    add_module_draws(result);
    return result;
  }();
  return table;
}

}  // namespace

Computed compute_rng(const Case& golden, const Device&) {
  Computed computed;
  seed_from(golden.args.at("seed"));
  const Json& program = golden.args.at("program");
  for (std::size_t k = 0; k < program.size(); ++k) {
    const Step step{program[k]};
    const auto draw = draws().find(step.op());
    if (draw == draws().end()) unsupported(step.op());
    const TensorList results = draw->second(step);
    for (std::size_t j = 0; j < results.size(); ++j) {
      const std::string name = numbered("o", k);
      computed.out[j == 0 ? name : numbered(name + ".", j)] = results[j];
    }
  }
  return computed;
}

}  // namespace tandem::golden
