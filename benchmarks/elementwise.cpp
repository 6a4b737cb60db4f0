// Every elementwise op on float32: forward, and for the activations forward and backward through
// the tape. B/s counts operands read and results written, once each.
#include "benchmarks/elementwise.h"

#include <algorithm>

namespace bench {
namespace {

constexpr const char* with_backward[] = {"tanh", "sigmoid",  "relu", "gelu", "silu",
                                         "elu",  "softplus", "exp",  "log"};

bool has_backward(const std::string& name) {
  return std::find(std::begin(with_backward), std::end(with_backward), name) !=
         std::end(with_backward);
}

double bytes(const torch::Tensor& tensor) {
  return static_cast<double>(tensor.numel()) * static_cast<double>(tensor.element_size());
}

void add_forward(const UnaryRow& row, std::int64_t n) {
  add_row(row_name("forward", row.name, n), [=](benchmark::State& state) {
    const torch::Tensor x = input(n, row.inputs);
    count_bytes(state, bytes(x) + bytes(row.op(x)));
    return [=] { benchmark::DoNotOptimize(row.op(x)); };
  });
}

/// The least that passes through memory: x, y; y's gradient, x again, x's gradient.
void add_forward_backward(const UnaryRow& row, std::int64_t n) {
  add_row(row_name("forward_backward", row.name, n), [=](benchmark::State& state) {
    const torch::Tensor x = input(n, row.inputs).detach().clone().requires_grad_();
    const torch::Tensor gradient = input(n, Inputs::real, 1);
    count_bytes(state, 5 * bytes(x));
    return [=] {
      row.op(x).backward(gradient);
      x.mutable_grad() = torch::Tensor();
    };
  });
}

void add_forward(const BinaryRow& row, std::int64_t n) {
  add_row(row_name("forward", row.name, n), [=](benchmark::State& state) {
    const torch::Tensor a = input(n, row.inputs), b = input(n, row.inputs, 1);
    count_bytes(state, 2 * bytes(a) + bytes(row.op(a, b)));
    return [=] { benchmark::DoNotOptimize(row.op(a, b)); };
  });
}

const bool registered = [] {
  for (const UnaryRow& row : unary_rows()) {
    const bool first = &row == &unary_rows().front();  // tanh
    for (const std::int64_t n : first ? std::span<const std::int64_t>(all_sizes) : sizes)
      add_forward(row, n);
    if (has_backward(row.name))
      for (const std::int64_t n : first ? std::span<const std::int64_t>(all_sizes) : sizes)
        add_forward_backward(row, n);
  }
  for (const BinaryRow& row : binary_rows())
    for (const std::int64_t n : sizes) add_forward(row, n);
  return true;
}();

}  // namespace
}  // namespace bench
