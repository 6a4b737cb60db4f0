#include "program_functions.h"

#include <map>

#include "core/autograd/function.h"
#include "core/ops/cat.h"
#include "core/ops/factories.h"
#include "core/ops/random.h"
#include "nn/nn.h"
#include "optimizers.h"

namespace tandem::differential {

namespace {

using autograd::AutogradContext;
using golden::Arguments;
using golden::Json;
using golden::Value;

// ---- optimizers ----

std::unique_ptr<optim::Optimizer> optimizer_of(Arguments& a, const TensorList& parameters,
                                               std::size_t position) {
  const Json options = Json::parse(a.text(position + 1, "options", "{}"));
  return golden::make_optimizer(a.text(position, "optimizer", ""), {{parameters, options}});
}

/// steps(parameter, [gradient, ...], optimizer, options): the parameter after a step for each.
Value steps(Arguments& a) {
  Tensor parameter = a.tensor(0).detach().clone().requires_grad_();
  const auto optimizer = optimizer_of(a, {parameter}, 2);
  for (const Tensor& gradient : a.require(1, "gradients").tensors()) {
    parameter.mutable_grad() = gradient.detach().clone();
    optimizer->step();
  }
  return parameter.detach();
}

// ---- nets ----

using AddLayer = void (*)(nn::Sequential&, std::int64_t, std::int64_t);

template <class Layer> constexpr AddLayer plain = [](nn::Sequential& net, std::int64_t,
                                                     std::int64_t) { net->push_back(Layer()); };

/// What adds a layer that takes `in` features and makes `out`.
const std::map<std::string, AddLayer>& layers() {
  static const std::map<std::string, AddLayer> table = {
      {"Linear", [](nn::Sequential& net, std::int64_t in,
                    std::int64_t out) { net->push_back(nn::Linear(in, out)); }},
      {"LayerNorm",
       [](nn::Sequential& net, std::int64_t in, std::int64_t) {
         net->push_back(nn::LayerNorm(nn::LayerNormOptions({in})));
       }},
      {"Softmax",
       [](nn::Sequential& net, std::int64_t, std::int64_t) { net->push_back(nn::Softmax(-1)); }},
      {"LogSoftmax",
       [](nn::Sequential& net, std::int64_t, std::int64_t) { net->push_back(nn::LogSoftmax(-1)); }},
      {"GroupNorm", [](nn::Sequential& net, std::int64_t in,
                       std::int64_t) { net->push_back(nn::GroupNorm(1, in)); }},
      {"PReLU", plain<nn::PReLU>},
      {"CELU", plain<nn::CELU>},
      {"Hardshrink", plain<nn::Hardshrink>},
      {"Softshrink", plain<nn::Softshrink>},
      {"Softmin",
       [](nn::Sequential& net, std::int64_t, std::int64_t) { net->push_back(nn::Softmin(-1)); }},
      {"Tanh", plain<nn::Tanh>},
      {"Sigmoid", plain<nn::Sigmoid>},
      {"LogSigmoid", plain<nn::LogSigmoid>},
      {"ReLU", plain<nn::ReLU>},
      {"ReLU6", plain<nn::ReLU6>},
      {"SELU", plain<nn::SELU>},
      {"SiLU", plain<nn::SiLU>},
      {"Mish", plain<nn::Mish>},
      {"Softsign", plain<nn::Softsign>},
      {"Tanhshrink", plain<nn::Tanhshrink>},
      {"LeakyReLU", plain<nn::LeakyReLU>},
      {"ELU", plain<nn::ELU>},
      {"Softplus", plain<nn::Softplus>},
      {"Hardtanh", plain<nn::Hardtanh>},
      {"GELU", plain<nn::GELU>},
      {"Identity", plain<nn::Identity>},
  };
  return table;
}

/// From the words "Linear 3", "Tanh", ... and a seed, for the features, dtype and device of x.
nn::Sequential net_of(Arguments& a) {
  const Tensor& x = a.tensor(0);
  manual_seed(static_cast<std::uint64_t>(a.integer(2, "seed")));
  nn::Sequential net;
  std::int64_t features = x.size(-1);
  for (const Value& word : a.require(1, "layers").sequence().items) {
    const std::string text = word.text();
    const std::size_t blank = text.find(' ');
    const std::int64_t out = blank == std::string::npos ? features : std::stoll(text.substr(blank));
    layers().at(text.substr(0, blank))(net, features, out);
    features = out;
  }
  net->to(x.dtype());
  net->to(x.device());
  return net;
}

Tensor flattened(const TensorList& tensors) {
  TensorList flat = {zeros({1})};
  for (const Tensor& tensor : tensors) flat.push_back(tensor.detach().flatten());
  flat[0] = flat[0].to(flat.back().options());
  return cat(flat);
}

/// What a model made of x, or the gradients of its parameters if it learns.
Value result_or_gradients(nn::Module& model, const Tensor& y, bool gradients) {
  if (!gradients) return y;
  y.square().sum().backward();
  TensorList all;
  for (const Tensor& parameter : model.parameters()) all.push_back(parameter.grad());
  return flattened(all);
}

/// net(x, layers, seed): what the net makes of x.
Value net(Arguments& a) { return net_of(a)->forward(a.tensor(0)); }

/// net_gradients(x, layers, seed): of all its parameters, one after another.
Value net_gradients(Arguments& a) {
  const nn::Sequential net = net_of(a);
  return result_or_gradients(*net, net->forward(a.tensor(0).detach()), true);
}

/// trained(x, layers, seed, optimizer, options): its parameters after three steps towards 0.5.
Value trained(Arguments& a) {
  const nn::Sequential net = net_of(a);
  const auto optimizer = optimizer_of(a, net->parameters(), 3);
  const Tensor x = a.tensor(0).detach();
  for (int step = 0; step < 3; ++step) {
    optimizer->zero_grad();
    const Tensor y = net->forward(x);
    nn::functional::mse_loss(y, full_like(y.detach(), 0.5)).backward();
    optimizer->step();
  }
  return flattened(net->parameters());
}

template <class Net> Value sequence(Arguments& a) {
  const Tensor& x = a.tensor(0);
  manual_seed(static_cast<std::uint64_t>(a.integer(5, "seed")));
  typename Net::Impl net(decltype(Net::Impl::options)(x.size(-1), a.integer(2, "hidden"))
                             .num_layers(a.integer(3, "layers"))
                             .bidirectional(a.flag(4, "bidirectional"))
                             .batch_first(a.flag(6, "batch_first")));
  net.to(x.dtype());
  net.to(x.device());
  const bool gradients = a.flag(7, "gradients");
  return result_or_gradients(net, std::get<0>(net.forward(gradients ? x.detach() : x)), gradients);
}

/// recurrent(x, kind, hidden, layers, bidirectional, seed, batch_first, gradients): the output of
/// an RNN, LSTM or GRU, or the gradients of its parameters.
Value recurrent(Arguments& a) {
  const std::string kind = a.text(1, "kind", "RNN");
  if (kind == "LSTM") return sequence<nn::LSTM>(a);
  return kind == "GRU" ? sequence<nn::GRU>(a) : sequence<nn::RNN>(a);
}

template <class Net> Value packed_of(Arguments& a, std::int64_t projection) {
  namespace rnn = nn::utils::rnn;
  const Tensor x = a.flag(7, "gradients") ? a.tensor(0).detach() : a.tensor(0);
  manual_seed(static_cast<std::uint64_t>(a.integer(6, "seed")));
  typename Net::Impl net(decltype(Net::Impl::options)(x.size(-1), a.integer(3, "hidden"))
                             .num_layers(a.integer(4, "layers"))
                             .bidirectional(a.flag(5, "bidirectional"))
                             .proj_size(projection));
  net.to(x.dtype());
  net.to(x.device());
  const auto packed = rnn::pack_padded_sequence(x, a.tensor(1).cpu(), false, false);
  const auto [output, states] = net.forward_with_packed_input(packed);
  const auto [padded, lengths] = rnn::pad_packed_sequence(output, false, 0.5);
  Tensor last;
  if constexpr (std::is_same_v<Net, nn::LSTM>)
    last = cat({std::get<0>(states), std::get<1>(states)}, -1);
  else
    last = states;
  return result_or_gradients(net, cat({padded.flatten(), last.flatten()}), a.flag(7, "gradients"));
}

/// packed(x, lengths, kind, hidden, layers, bidirectional, seed, gradients, projection): output and
/// states of a recurrent net of sequences of different lengths.
Value packed(Arguments& a) {
  const std::string kind = a.text(2, "kind", "RNN");
  const std::int64_t projection = a.integer(8, "projection");
  if (kind == "LSTM") return packed_of<nn::LSTM>(a, projection);
  return kind == "GRU" ? packed_of<nn::GRU>(a, 0) : packed_of<nn::RNN>(a, 0);
}

/// attention(query, key, value, mask, heads, seed, options, gradients): output and weights.
Value attention(Arguments& a) {
  const Json options = Json::parse(a.text(6, "options", "{}"));
  const bool gradients = a.flag(7, "gradients");
  const auto input = [&](std::size_t i) { return gradients ? a.tensor(i).detach() : a.tensor(i); };
  const Tensor query = input(0), key = input(1), value = input(2), mask = a.tensor(3) > 0;
  manual_seed(static_cast<std::uint64_t>(a.integer(5, "seed")));
  nn::MultiheadAttention model(nn::MultiheadAttentionOptions(query.size(-1), a.integer(4, "heads"))
                                   .bias(options.value("bias", true))
                                   .add_bias_kv(options.value("add_bias_kv", false))
                                   .add_zero_attn(options.value("add_zero_attn", false))
                                   .kdim(key.size(-1))
                                   .vdim(value.size(-1)));
  model->to(query.dtype());
  model->to(query.device());
  const bool of_keys = options.value("padding", false);
  const auto [output, weights] =
      model->forward(query, key, value, of_keys ? mask : Tensor(), true, of_keys ? Tensor() : mask,
                     options.value("average", true));
  return result_or_gradients(*model, cat({output.flatten(), weights.flatten()}), gradients);
}

/// embedding_bag(indices, weight, offsets, mode, padding): sums, means or maxima of rows.
Value embedding_bag(Arguments& a) {
  const std::string mode = a.text(3, "mode", "mean");
  nn::functional::EmbeddingBagFuncOptions options;
  options.mode(mode == "sum" ? kSum : mode == "mean" ? kMean : kMax);
  if (const Tensor& offsets = a.tensor(2); a.tensor(0).dim() == 1) options.offsets(offsets);
  if (const std::int64_t padding = a.integer(4, "padding"); padding >= 0)
    options.padding_idx(padding);
  return nn::functional::embedding_bag(a.tensor(0), a.tensor(1), options);
}

/// lookup(indices, weight, padding, max_norm, by_frequency): rows of a weight.
Value lookup(Arguments& a) {
  nn::functional::EmbeddingFuncOptions options;
  if (const std::int64_t padding = a.integer(2, "padding"); padding >= 0)
    options.padding_idx(padding);
  options.scale_grad_by_freq(a.flag(4, "by_frequency"));
  if (const double norm = a.real(3, "max_norm", 0); norm > 0) {
    const Tensor weight = a.tensor(1).detach().clone();
    const Tensor rows = nn::functional::embedding(a.tensor(0), weight, options.max_norm(norm));
    return cat({rows.flatten(), weight.flatten()});
  }
  return nn::functional::embedding(a.tensor(0), a.tensor(1), options);
}

// ---- custom functions ----

/// x y^2, of saved inputs; twice differentiable.
struct Weighted : autograd::Function<Weighted> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& y) {
    context->save_for_backward({x, y});
    return x * y * y;
  }
  static TensorList backward(AutogradContext* context, const TensorList& grads) {
    const TensorList saved = context->get_saved_variables();
    return {sum_to_size(grads[0] * saved[1] * saved[1], saved[0].sizes()),
            sum_to_size(2 * grads[0] * saved[0] * saved[1], saved[1].sizes())};
  }
};

/// exp(x), of the saved output.
struct Exponential : autograd::Function<Exponential> {
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    const Tensor y = exp(x);
    context->save_for_backward({y});
    return y;
  }
  static TensorList backward(AutogradContext* context, const TensorList& grads) {
    return {grads[0] * context->get_saved_variables()[0]};
  }
};

/// Rounds, with the gradient of the identity.
struct Rounded : autograd::Function<Rounded> {
  static Tensor forward(AutogradContext*, const Tensor& x) { return round(x); }
  static TensorList backward(AutogradContext*, const TensorList& grads) { return grads; }
};

/// 2 x and -x, of which one may stay unused.
struct TwoParts : autograd::Function<TwoParts> {
  static TensorList forward(AutogradContext*, const Tensor& x) { return {2 * x, -x}; }
  static TensorList backward(AutogradContext*, const TensorList& grads) {
    return {2 * grads[0] - grads[1]};
  }
};

/// The sum of a list, whose second tensor gets no gradient.
struct Total : autograd::Function<Total> {
  static Tensor forward(AutogradContext* context, const TensorList& list) {
    context->saved_data["count"] = list.size();
    Tensor total = list[0];
    for (std::size_t i = 1; i < list.size(); ++i) total = total + list[i];
    return total * 1;
  }
  static TensorList backward(AutogradContext* context, const TensorList& grads) {
    TensorList result(static_cast<std::size_t>(context->saved_data.at("count").toInt()), grads[0]);
    if (result.size() > 1) result[1] = Tensor();
    return result;
  }
};

/// Its argument itself, with three times the gradient.
struct Itself : autograd::Function<Itself> {
  static Tensor forward(AutogradContext*, const Tensor& x) { return x; }
  static TensorList backward(AutogradContext*, const TensorList& grads) { return {grads[0] * 3}; }
};

}  // namespace

void add_program_functions(golden::FunctionTable& table) {
  table["steps"] = {steps};
  table["net"] = {net};
  table["net_gradients"] = {net_gradients};
  table["trained"] = {trained};
  table["recurrent"] = {recurrent};
  table["packed"] = {packed};
  table["attention"] = {attention};
  table["embedding_bag"] = {embedding_bag};
  table["lookup"] = {lookup};
  table["pdist"] = {
      [](Arguments& a) -> Value { return nn::functional::pdist(a.tensor(0), a.real(1, "p", 2)); }};
  table["weighted"] = {
      [](Arguments& a) -> Value { return Weighted::apply(a.tensor(0), a.tensor(1)); }};
  table["exponential"] = {[](Arguments& a) -> Value { return Exponential::apply(a.tensor(0)); }};
  table["rounded"] = {[](Arguments& a) -> Value { return Rounded::apply(a.tensor(0)); }};
  table["two_parts"] = {[](Arguments& a) -> Value { return TwoParts::apply(a.tensor(0)); }};
  table["total"] = {
      [](Arguments& a) -> Value { return Total::apply(a.require(0, "list").tensors()); }};
  table["itself"] = {[](Arguments& a) -> Value { return Itself::apply(a.tensor(0)); }};
}

}  // namespace tandem::differential
