// Recurrent nets of several layers over whole sequences.
#pragma once

#include <optional>
#include <tuple>

#include "nn/cloneable.h"
#include "nn/describe.h"
#include "nn/init.h"
#include "nn/options.h"
#include "nn/packed_sequence.h"

namespace tandem::nn {

/// Options of RNN, LSTM and GRU; a nonlinearity other than tanh is for RNN alone.
struct RecurrentOptions {
  RecurrentOptions(std::int64_t input_size, std::int64_t hidden_size)
      : input_size_(input_size), hidden_size_(hidden_size) {}
  TANDEM_ARG(std::int64_t, input_size);
  TANDEM_ARG(std::int64_t, hidden_size);
  TANDEM_ARG(std::int64_t, num_layers) = 1;
  TANDEM_ARG(bool, bias) = true;
  /// [batch, time, features] in place of [time, batch, features].
  TANDEM_ARG(bool, batch_first) = false;
  /// Between layers, while training.
  TANDEM_ARG(double, dropout) = 0;
  TANDEM_ARG(bool, bidirectional) = false;
  /// "tanh" or "relu".
  TANDEM_ARG(std::string, nonlinearity) = "tanh";
  /// Of LSTM alone: the hidden state, which is the output, has so many features; 0 for hidden_size.
  TANDEM_ARG(std::int64_t, proj_size) = 0;
};
using RNNOptions = RecurrentOptions;
using LSTMOptions = RecurrentOptions;
using GRUOptions = RecurrentOptions;

/// What RNN, LSTM and GRU share. Parameters, for each layer k and, if bidirectional, once more with
/// the suffix _reverse: weight_ih_lk [gates hidden, input], weight_hh_lk [gates hidden, hidden],
/// bias_ih_lk, bias_hh_lk [gates hidden], all uniform in ±1/sqrt(hidden), drawn in this order, and
/// with proj_size weight_hr_lk [proj_size, hidden] after them. The products of the input with
/// weight_ih are one for all steps.
///
/// x: [time, batch, input], [time, input], or with batch_first [batch, time, input]; states:
/// [layers directions, batch, hidden], without batch as x, zeros unless given. The output has the
/// shape of x with directions hidden features: the forward direction's, then the reverse one's. Of
/// a packed sequence forward_with_packed_input makes another.
class RecurrentImpl : public Module {
 public:
  RecurrentImpl(const char* name, const RecurrentOptions& given, std::int64_t gates);
  RecurrentImpl(const RecurrentImpl& other)
      : Module(other), options(other.options), gates_(other.gates_), weights_(other.weights_) {}
  RecurrentImpl& operator=(const RecurrentImpl& other) {
    Module::operator=(other);
    options = other.options;
    gates_ = other.gates_;
    weights_ = other.weights_;
    return *this;
  }
  ~RecurrentImpl() override = default;
  std::vector<Tensor> all_weights() const { return parameters(); }
  /// Nothing to do: the parameters are used where they lie.
  void flatten_parameters() const {}
  std::string extra_repr() const override {
    const std::string text = named_values(
        "input_size", options.input_size(), "hidden_size", options.hidden_size(), "num_layers",
        options.num_layers(), "bias", options.bias(), "batch_first", options.batch_first(),
        "dropout", options.dropout(), "bidirectional", options.bidirectional());
    return options.proj_size() == 0 ? text
                                    : text + ", " + named_values("proj_size", options.proj_size());
  }
  RecurrentOptions options;
  /// The same, as libtorch calls what RNN, LSTM and GRU share.
  RecurrentOptions& options_base = options;

 protected:
  /// A layer's parameters in one direction.
  struct Weights {
    Tensor weight_ih, weight_hh, bias_ih, bias_hh, weight_hr;
  };
  using States = std::vector<Tensor>;  ///< h, or h and c: [batch, hidden] each
  using PackedSequence = utils::rnn::PackedSequence;
  /// The next states of a step, the output first, from x's product and weight_hh's.
  virtual States next(const Tensor& from_input, const Tensor& from_state,
                      const States& states) const = 0;
  /// Makes the parameters.
  void reset_layers();
  /// Output and last states.
  std::pair<Tensor, States> run(const Tensor& x, const States& given) const;
  std::pair<PackedSequence, States> run(const PackedSequence& x, const States& given) const;

 private:
  using BatchSizes = std::vector<std::int64_t>;  ///< of all steps
  std::int64_t output_size() const;
  States checked_states(const States& given, const Tensor& x, std::int64_t batch,
                        bool batched) const;
  std::pair<Tensor, States> run_layers(Tensor x, const BatchSizes& sizes,
                                       const States& first) const;
  std::pair<Tensor, States> run_layer(const Tensor& x, const BatchSizes& sizes, const States& first,
                                      const Weights& weights, bool reverse) const;
  std::int64_t gates_;
  std::vector<Weights> weights_;  ///< layer by layer, both directions of one in a row
};
/// The same, with the clone() of a net.
template <class Derived> struct SequenceImpl : Cloneable<Derived, RecurrentImpl> {
  using Cloneable<Derived, RecurrentImpl>::Cloneable;
  void reset() override { this->reset_layers(); }
};

/// One whose only state is its hidden one.
template <class Derived> struct HiddenSequenceImpl : SequenceImpl<Derived> {
  using SequenceImpl<Derived>::SequenceImpl;
  using PackedSequence = utils::rnn::PackedSequence;
  std::tuple<Tensor, Tensor> forward(const Tensor& x, const Tensor& h = {}) const {
    const auto [output, states] = this->run(x, {h});
    return {output, states[0]};
  }
  std::tuple<PackedSequence, Tensor> forward_with_packed_input(const PackedSequence& x,
                                                               const Tensor& h = {}) const {
    const auto [output, states] = this->run(x, {h});
    return {output, states[0]};
  }
};

/// h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu.
struct RNNImpl : HiddenSequenceImpl<RNNImpl> {
  explicit RNNImpl(const RNNOptions& given);
  RNNImpl(std::int64_t input_size, std::int64_t hidden_size)
      : RNNImpl(RNNOptions(input_size, hidden_size)) {}
  std::string label() const override { return "RNN"; }

 protected:
  States next(const Tensor& from_input, const Tensor& from_state,
              const States& states) const override;
};
TANDEM_MODULE(RNN);

/// Steps as in GRUCell.
struct GRUImpl : HiddenSequenceImpl<GRUImpl> {
  explicit GRUImpl(const GRUOptions& given) : HiddenSequenceImpl("GRU", given, 3) {}
  GRUImpl(std::int64_t input_size, std::int64_t hidden_size)
      : GRUImpl(GRUOptions(input_size, hidden_size)) {}
  std::string label() const override { return "GRU"; }

 protected:
  States next(const Tensor& from_input, const Tensor& from_state,
              const States& states) const override;
};
TANDEM_MODULE(GRU);

/// Steps as in LSTMCell; the states are h and c.
struct LSTMImpl : SequenceImpl<LSTMImpl> {
  explicit LSTMImpl(const LSTMOptions& given) : SequenceImpl("LSTM", given, 4) {}
  LSTMImpl(std::int64_t input_size, std::int64_t hidden_size)
      : LSTMImpl(LSTMOptions(input_size, hidden_size)) {}
  std::string label() const override { return "LSTM"; }
  std::tuple<Tensor, std::tuple<Tensor, Tensor>> forward(
      const Tensor& x, const std::optional<std::tuple<Tensor, Tensor>>& states = {}) const;
  std::tuple<PackedSequence, std::tuple<Tensor, Tensor>> forward_with_packed_input(
      const PackedSequence& x, const std::optional<std::tuple<Tensor, Tensor>>& states = {}) const;

 protected:
  States next(const Tensor& from_input, const Tensor& from_state,
              const States& states) const override;
};
TANDEM_MODULE(LSTM);

}  // namespace tandem::nn
