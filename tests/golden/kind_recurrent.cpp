// One step of the recurrent cells, and whole sequences run by stacks of them.
#include "core/ops/cat.h"
#include "kind.h"
#include "nn/modules/recurrent.h"

namespace tandem::golden {

namespace {

/// Puts the given weights into a cell; the leaves become its parameters.
template <class Cell>
void set_weights(const Cell& cell, const Values& leaves, const std::string& suffix) {
  cell->weight_ih = leaves.at("w_ih" + suffix);
  cell->weight_hh = leaves.at("w_hh" + suffix);
  cell->bias_ih = leaves.at("b_ih" + suffix);
  cell->bias_hh = leaves.at("b_hh" + suffix);
}

struct State {
  Tensor h, c;
};

/// One layer: its cell's weights and a step.
class Layer {
 public:
  virtual ~Layer() = default;
  virtual State step(const Tensor& x, const State& state) const = 0;
};

template <class Cell> class CellLayer : public Layer {
 public:
  CellLayer(Cell cell, const Values& leaves, const std::string& suffix) : cell_(std::move(cell)) {
    set_weights(cell_, leaves, suffix);
  }
  State step(const Tensor& x, const State& state) const override {
    if constexpr (std::is_same_v<Cell, nn::LSTMCell>) {
      const auto [h, c] = cell_->forward(x, {state.h, state.c});
      return {h, c};
    } else {
      return {cell_->forward(x, state.h), {}};
    }
  }

 private:
  Cell cell_;
};

/// `family`: "RNN", "GRU" or "LSTM"; sizes are read off the weights.
std::unique_ptr<Layer> make_layer(const std::string& family, const Case& golden,
                                  const Values& leaves, const std::string& suffix) {
  const std::int64_t input = leaves.at("w_ih" + suffix).size(1);
  const std::int64_t hidden = leaves.at("w_hh" + suffix).size(1);
  if (family == "LSTM") {
    return std::make_unique<CellLayer<nn::LSTMCell>>(nn::LSTMCell(input, hidden), leaves, suffix);
  }
  if (family == "GRU") {
    return std::make_unique<CellLayer<nn::GRUCell>>(nn::GRUCell(input, hidden), leaves, suffix);
  }
  if (family != "RNN") unsupported(golden.op);
  const std::string nonlinearity = golden.args.value("nonlinearity", "tanh");
  return std::make_unique<CellLayer<nn::RNNCell>>(nn::RNNCell(input, hidden, nonlinearity), leaves,
                                                  suffix);
}

Computed one_step(const Case& golden, const Values& leaves, const std::string& family) {
  const auto layer = make_layer(family, golden, leaves, "");
  const bool has_cell = leaves.contains("c");
  const State state = {leaves.at("h"), has_cell ? leaves.at("c") : Tensor()};
  const State next = layer->step(leaves.at("x"), state);
  Values out = {{"h", next.h}};
  if (has_cell) out["c"] = next.c;
  return with_gradients(golden, leaves, std::move(out));
}

/// Tandem has no sequence modules; a sequence is its cells in two loops. x: [time, batch, input].
Computed sequence(const Case& golden, const Values& leaves) {
  if (golden.args.value("batch_first", false)) unsupported("batch_first");
  const bool has_cell = leaves.contains("c0");
  TensorList steps = leaves.at("x").unbind(0), last_h, last_c;
  const std::int64_t layers = golden.args.at("layers");
  for (std::int64_t l = 0; l < layers; ++l) {
    const auto layer =
        make_layer(golden.op, golden, leaves, numbered("_l", static_cast<std::size_t>(l)));
    State state = {leaves.at("h0")[l], has_cell ? leaves.at("c0")[l] : Tensor()};
    for (Tensor& x : steps) {
      state = layer->step(x, state);
      x = state.h;
    }
    last_h.push_back(state.h);
    last_c.push_back(state.c);
  }
  Values out = {{"y", stack(steps)}, {"hn", stack(last_h)}};
  if (has_cell) out["cn"] = stack(last_c);
  return with_gradients(golden, leaves, std::move(out));
}

}  // namespace

Computed compute_recurrent(const Case& golden, const Device& device) {
  const Values leaves = make_leaves(golden, device);
  const std::string suffix = "Cell";
  if (!golden.op.ends_with(suffix)) return sequence(golden, leaves);
  return one_step(golden, leaves, golden.op.substr(0, golden.op.size() - suffix.size()));
}

}  // namespace tandem::golden
