// Recurrent cells, composed of linear layers and gates.
#include "nn/modules/recurrent.h"

#include <algorithm>
#include <cmath>

#include "core/ops/factories.h"
#include "nn/functional.h"
#include "nn/init.h"
#include "nn/modules/recurrent_steps.h"

namespace tandem::nn {

void check_nonlinearity(const char* module, const std::string& nonlinearity) {
  check(nonlinearity == "tanh" || nonlinearity == "relu", module,
        ": the nonlinearity must be 'tanh' or 'relu', got '", nonlinearity, "'");
}

void start_recurrent(const std::vector<Tensor>& parameters, std::int64_t hidden) {
  const double bound = 1 / std::sqrt(static_cast<double>(hidden));
  for (const Tensor& parameter : parameters) init::uniform_(parameter, -bound, bound);
}

Tensor rnn_step(const std::string& nonlinearity, const Tensor& from_input,
                const Tensor& from_state) {
  const Tensor sum = from_input + from_state;
  return nonlinearity == "tanh" ? tanh(sum) : relu(sum);
}

Tensor gru_step(const Tensor& from_input, const Tensor& from_state, const Tensor& h) {
  const auto in = from_input.chunk(3, 1), state = from_state.chunk(3, 1);
  const Tensor reset = sigmoid(in[0] + state[0]), update = sigmoid(in[1] + state[1]);
  const Tensor fresh = tanh(in[2] + reset * state[2]);
  return (1 - update) * fresh + update * h;
}

std::tuple<Tensor, Tensor> lstm_step(const Tensor& from_input, const Tensor& from_state,
                                     const Tensor& c) {
  const auto gates = (from_input + from_state).chunk(4, 1);
  const Tensor cell = sigmoid(gates[1]) * c + sigmoid(gates[0]) * tanh(gates[2]);
  return {sigmoid(gates[3]) * tanh(cell), cell};
}

RecurrentCellImpl::RecurrentCellImpl(const char* name, const RecurrentCellOptions& given,
                                     std::int64_t gates)
    : options(given), gates_(gates) {
  check(given.input_size() > 0 && given.hidden_size() > 0, name,
        ": sizes must be positive, got input ", given.input_size(), " and hidden ",
        given.hidden_size());
  check(given.nonlinearity() == "tanh" || gates == 1, name,
        ": has no nonlinearity to choose, got '", given.nonlinearity(), "'");
  reset_cell();
}

void RecurrentCellImpl::reset_cell() {
  const std::int64_t hidden = options.hidden_size(), rows = gates_ * hidden;
  weight_ih = register_parameter("weight_ih", empty({rows, options.input_size()}));
  weight_hh = register_parameter("weight_hh", empty({rows, hidden}));
  if (options.bias()) {
    bias_ih = register_parameter("bias_ih", empty({rows}));
    bias_hh = register_parameter("bias_hh", empty({rows}));
  }
  start_recurrent(parameters(), hidden);
}

Tensor RecurrentCellImpl::from_input(const Tensor& x) const {
  return functional::linear(x, weight_ih, bias_ih);
}
Tensor RecurrentCellImpl::from_state(const Tensor& h) const {
  return functional::linear(h, weight_hh, bias_hh);
}

Tensor RecurrentCellImpl::batched(const Tensor& x) const {
  check(x.dim() == 1 || x.dim() == 2, label(), ": Expected input to be 1D or 2D, got ", x.dim(),
        "D instead: ", x.describe());
  check(x.size(-1) == options.input_size(), label(), ": input has inconsistent input_size: got ",
        x.size(-1), " expected ", options.input_size(), ": ", x.describe());
  return x.dim() == 1 ? x.unsqueeze(0) : x;
}

Tensor RecurrentCellImpl::state_or_zeros(const Tensor& state, const Tensor& x, int which) const {
  const Tensor in = batched(x);
  const Shape expected{in.size(0), options.hidden_size()};
  if (!state.defined()) return zeros(expected, x.options());
  Tensor own = x.dim() == 1 && state.dim() == 1 ? state.unsqueeze(0) : state;
  check(state.dim() == 1 || state.dim() == 2, label(), ": Expected ",
        which < 0    ? "hidden"
        : which == 0 ? "hx[0]"
                     : "hx[1]",
        " to be 1D or 2D, got ", state.dim(), "D instead: ", state.describe());
  check(state.size(-1) == options.hidden_size(), label(), ": hidden", std::max(which, 0),
        " has inconsistent hidden_size: got ", state.size(-1), ", expected ", options.hidden_size(),
        ": ", state.describe());
  check(own.sizes() == expected, label(), ": the state ", state.describe(), " does not go with ",
        x.describe());
  return own;
}

RNNCellImpl::RNNCellImpl(const RNNCellOptions& given) : CellImpl("RNNCell", given, 1) {
  check_nonlinearity("RNNCell", given.nonlinearity());
}

Tensor RNNCellImpl::forward(const Tensor& x, const Tensor& h) const {
  return like_input(
      rnn_step(options.nonlinearity(), from_input(batched(x)), from_state(state_or_zeros(h, x))),
      x);
}

Tensor GRUCellImpl::forward(const Tensor& x, const Tensor& given) const {
  const Tensor h = state_or_zeros(given, x);
  return like_input(gru_step(from_input(batched(x)), from_state(h), h), x);
}

std::tuple<Tensor, Tensor> LSTMCellImpl::forward(const Tensor& x,
                                                 const std::tuple<Tensor, Tensor>& state) const {
  const Tensor h = state_or_zeros(std::get<0>(state), x),
               c = state_or_zeros(std::get<1>(state), x, 1);
  const auto [next_h, next_c] = lstm_step(from_input(batched(x)), from_state(h), c);
  return {like_input(next_h, x), like_input(next_c, x)};
}

}  // namespace tandem::nn
