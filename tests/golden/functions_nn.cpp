// Losses and stateless layers.
#include "functions.h"
#include "nn/functional.h"

namespace tandem::golden {

Reduction reduction(Arguments& a, std::size_t position) {
  const std::string name = a.text(position, "reduction", "mean");
  if (name == "none") return kNone;
  if (name == "mean") return kMean;
  if (name == "sum") return kSum;
  if (name == "batchmean") return kBatchMean;
  unsupported("reduction ", name);
}

namespace {

namespace F = nn::functional;

template <Tensor (*loss)(const Tensor&, const Tensor&, Reduction)>
Value pointwise_loss(Arguments& a) {
  return loss(a.tensor(0), a.tensor(1, "target"), reduction(a, 4));
}

/// Labels or probabilities; the ignored label, the weights and the smoothing are in PyTorch's
/// order.
F::CrossEntropyOptions class_options(Arguments& a) {
  F::CrossEntropyOptions options;
  options.weight = a.optional_tensor(2, "weight");
  options.ignore_index = a.integer(4, "ignore_index", -100);
  options.reduction = reduction(a, 6);
  return options;
}

Value cross_entropy(Arguments& a) {
  F::CrossEntropyOptions options = class_options(a);
  options.label_smoothing = a.real(7, "label_smoothing", 0);
  return F::cross_entropy(a.tensor(0), a.tensor(1, "target"), options);
}

Value nll_loss(Arguments& a) {
  return F::nll_loss(a.tensor(0), a.tensor(1, "target"), class_options(a));
}

Value binary_cross_entropy(Arguments& a) {
  return F::binary_cross_entropy(a.tensor(0), a.tensor(1, "target"), a.optional_tensor(2, "weight"),
                                 reduction(a, 5));
}

Value binary_cross_entropy_with_logits(Arguments& a) {
  return F::binary_cross_entropy_with_logits(a.tensor(0), a.tensor(1, "target"),
                                             a.optional_tensor(2, "weight"), reduction(a, 5),
                                             a.optional_tensor(6, "pos_weight"));
}

void add_losses(FunctionTable& table) {
  table["mse_loss"] = {pointwise_loss<F::mse_loss>};
  table["l1_loss"] = {pointwise_loss<F::l1_loss>};
  table["kl_div"] = {[](Arguments& a) -> Value {
    return F::kl_div(a.tensor(0), a.tensor(1, "target"), reduction(a, 4), a.flag(5, "log_target"));
  }};
  table["smooth_l1_loss"] = {[](Arguments& a) -> Value {
    return F::smooth_l1_loss(a.tensor(0), a.tensor(1, "target"), reduction(a, 4),
                             a.real(5, "beta", 1));
  }};
  table["huber_loss"] = {[](Arguments& a) -> Value {
    return F::huber_loss(a.tensor(0), a.tensor(1, "target"), reduction(a, 2),
                         a.real(3, "delta", 1));
  }};
  table["cross_entropy"] = {cross_entropy};
  table["nll_loss"] = {nll_loss};
  table["binary_cross_entropy"] = {binary_cross_entropy};
  table["binary_cross_entropy_with_logits"] = {binary_cross_entropy_with_logits};
}

}  // namespace

void add_nn_functions(FunctionTable& table) {
  add_losses(table);
  table["dropout"] = {[](Arguments& a) -> Value {
    return F::dropout(a.tensor(0), a.real(1, "p", 0.5), a.flag(2, "training", true));
  }};
  table["embedding"] = {
      [](Arguments& a) -> Value { return F::embedding(a.tensor(0), a.tensor(1, "weight")); }};
  table["layer_norm"] = {[](Arguments& a) -> Value {
    return F::layer_norm(a.tensor(0), a.require(1, "normalized_shape").shape(),
                         a.optional_tensor(2, "weight"), a.optional_tensor(3, "bias"),
                         a.real(4, "eps", 1e-5));
  }};
}

}  // namespace tandem::golden
