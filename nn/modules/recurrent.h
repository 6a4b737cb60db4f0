// Recurrent cells: one step of a recurrent net.
#pragma once

#include <tuple>

#include "nn/cloneable.h"
#include "nn/describe.h"
#include "nn/options.h"

namespace tandem::nn {

/// Options of RNNCell, LSTMCell and GRUCell; a nonlinearity other than tanh is for RNNCell alone.
struct RecurrentCellOptions {
  RecurrentCellOptions(std::int64_t input_size, std::int64_t hidden_size)
      : input_size_(input_size), hidden_size_(hidden_size) {}
  TANDEM_ARG(std::int64_t, input_size);
  TANDEM_ARG(std::int64_t, hidden_size);
  TANDEM_ARG(bool, bias) = true;
  /// "tanh" or "relu".
  TANDEM_ARG(std::string, nonlinearity) = "tanh";
};
using RNNCellOptions = RecurrentCellOptions;
using LSTMCellOptions = RecurrentCellOptions;
using GRUCellOptions = RecurrentCellOptions;

/// What the cells share: weight_ih [gates hidden, input], weight_hh [gates hidden, hidden] and two
/// biases, all uniform in ±1/sqrt(hidden), drawn in this order. x: [batch, input], states: [batch,
/// hidden].
struct RecurrentCellImpl : Module {
  RecurrentCellImpl(const char* name, const RecurrentCellOptions& given, std::int64_t gates);
  std::string extra_repr() const override {
    return detail::concatenate(options.input_size(), ", ", options.hidden_size(),
                               options.bias() ? "" : ", bias=false");
  }

  RecurrentCellOptions options;
  Tensor weight_ih, weight_hh, bias_ih, bias_hh;

 protected:
  /// x as [batch, input], of one [input] a batch of 1; Error for another shape.
  Tensor batched(const Tensor& x) const;
  /// A result for x in x's form.
  static Tensor like_input(const Tensor& result, const Tensor& x) {
    return x.dim() == 1 ? result.squeeze(0) : result;
  }
  Tensor from_input(const Tensor& x) const;
  Tensor from_state(const Tensor& h) const;
  /// `state` as [batch, hidden], or zeros if undefined; Error if it does not go with x.
  /// Which of two states it is, for errors.
  Tensor state_or_zeros(const Tensor& state, const Tensor& x, int which = -1) const;
  /// Makes the parameters.
  void reset_cell();

 private:
  std::int64_t gates_;
};
/// The same, with the clone() of a cell.
template <class Derived> struct CellImpl : Cloneable<Derived, RecurrentCellImpl> {
  using Cloneable<Derived, RecurrentCellImpl>::Cloneable;
  void reset() override { this->reset_cell(); }
};

/// h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu.
struct RNNCellImpl : CellImpl<RNNCellImpl> {
  explicit RNNCellImpl(const RNNCellOptions& given);
  RNNCellImpl(std::int64_t input_size, std::int64_t hidden_size, const std::string& rule = "tanh")
      : RNNCellImpl(RNNCellOptions(input_size, hidden_size).nonlinearity(rule)) {}
  Tensor forward(const Tensor& x, const Tensor& h = {}) const;
  std::string label() const override { return "RNNCell"; }
  std::string extra_repr() const override {
    return RecurrentCellImpl::extra_repr() +
           (options.nonlinearity() == "relu" ? ", nonlinearity=kReLU" : "");
  }
};
TANDEM_MODULE(RNNCell);

/// Gate rows r, z, n: n = tanh(W_in x + b_in + r (W_hn h + b_hn)), h' = (1 - z) n + z h (Cho et
/// al., 2014).
struct GRUCellImpl : CellImpl<GRUCellImpl> {
  explicit GRUCellImpl(const GRUCellOptions& given) : CellImpl("GRUCell", given, 3) {}
  GRUCellImpl(std::int64_t input_size, std::int64_t hidden_size)
      : GRUCellImpl(GRUCellOptions(input_size, hidden_size)) {}
  Tensor forward(const Tensor& x, const Tensor& h = {}) const;
  std::string label() const override { return "GRUCell"; }
};
TANDEM_MODULE(GRUCell);

/// Gate rows i, f, g, o: c' = f c + i g, h' = o tanh(c') (Hochreiter and Schmidhuber, 1997).
struct LSTMCellImpl : CellImpl<LSTMCellImpl> {
  explicit LSTMCellImpl(const LSTMCellOptions& given) : CellImpl("LSTMCell", given, 4) {}
  LSTMCellImpl(std::int64_t input_size, std::int64_t hidden_size)
      : LSTMCellImpl(LSTMCellOptions(input_size, hidden_size)) {}
  std::string label() const override { return "LSTMCell"; }
  std::tuple<Tensor, Tensor> forward(const Tensor& x,
                                     const std::tuple<Tensor, Tensor>& state = {}) const;
};
TANDEM_MODULE(LSTMCell);

}  // namespace tandem::nn
