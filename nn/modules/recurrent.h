// Recurrent cells: one step of a recurrent net.
#pragma once

#include <tuple>

#include "nn/module.h"

namespace tandem::nn {

/// What the cells share: weight_ih [gates hidden, input], weight_hh [gates hidden, hidden] and two
/// biases, all uniform in ±1/sqrt(hidden), drawn in this order. x: [batch, input], states: [batch,
/// hidden].
struct RecurrentCellImpl : Module {
  RecurrentCellImpl(const char* name, std::int64_t input_size, std::int64_t hidden_size,
                    std::int64_t gates);

  std::int64_t input_size, hidden_size;
  Tensor weight_ih, weight_hh, bias_ih, bias_hh;

 protected:
  Tensor from_input(const Tensor& x) const;
  Tensor from_state(const Tensor& h) const;
  /// `state`, or zeros for x's batch if undefined.
  Tensor state_or_zeros(const Tensor& state, const Tensor& x) const;
};

/// h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu.
struct RNNCellImpl : RecurrentCellImpl {
  RNNCellImpl(std::int64_t input_size, std::int64_t hidden_size, std::string nonlinearity = "tanh");
  Tensor forward(const Tensor& x, const Tensor& h = {}) const;
  std::string nonlinearity;
};
TANDEM_MODULE(RNNCell);

/// Gate rows r, z, n: n = tanh(W_in x + b_in + r (W_hn h + b_hn)), h' = (1 - z) n + z h (Cho et
/// al., 2014).
struct GRUCellImpl : RecurrentCellImpl {
  GRUCellImpl(std::int64_t input_size, std::int64_t hidden_size);
  Tensor forward(const Tensor& x, const Tensor& h = {}) const;
};
TANDEM_MODULE(GRUCell);

/// Gate rows i, f, g, o: c' = f c + i g, h' = o tanh(c') (Hochreiter and Schmidhuber, 1997).
struct LSTMCellImpl : RecurrentCellImpl {
  LSTMCellImpl(std::int64_t input_size, std::int64_t hidden_size);
  std::tuple<Tensor, Tensor> forward(const Tensor& x,
                                     const std::tuple<Tensor, Tensor>& state = {}) const;
};
TANDEM_MODULE(LSTMCell);

}  // namespace tandem::nn
