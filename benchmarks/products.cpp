// The three products of a linear layer and the layer itself, at the shapes of small nets: rows x
// out x in.
#include "benchmarks/frontend.h"

namespace bench {
namespace {

using torch::Tensor;

struct LayerShape {
  std::int64_t rows, out, in;
  std::string text() const {
    return std::to_string(rows) + 'x' + std::to_string(out) + 'x' + std::to_string(in);
  }
  double product_flops() const { return 2.0 * static_cast<double>(rows * out * in); }
};

constexpr LayerShape shapes[] = {{512, 64, 10},  {512, 2, 64},      {64, 128, 784},    {64, 64, 64},
                                 {4096, 64, 64}, {256, 1024, 1024}, {2048, 2048, 2048}};

/// a[m, k] b[k, n] of one of the three kinds.
template <class Factors> void add_product(const char* kind, LayerShape shape, Factors factors) {
  add_row(std::string(kind) + '/' + shape.text(), [=](benchmark::State& state) {
    const auto [a, b] = factors(shape);
    count_flops(state, shape.product_flops());
    return [a = a, b = b] { benchmark::DoNotOptimize(torch::mm(a, b)); };
  });
}

void add_layer(LayerShape shape, bool backward) {
  const std::string kind = backward ? "layer_forward_backward/" : "layer_forward/";
  add_row(kind + shape.text(), [=](benchmark::State& state) {
    torch::nn::Sequential layer;
    layer->push_back(torch::nn::Linear(shape.in, shape.out));
    layer->push_back(torch::nn::Tanh());
    // As an inner layer of a net: its input wants a gradient, too.
    const Tensor x = torch::randn({shape.rows, shape.in}).requires_grad_(backward);
    const Tensor gradient = torch::randn({shape.rows, shape.out});
    count_flops(state, (backward ? 3 : 1) * shape.product_flops());
    return [=]() mutable {
      const torch::AutoGradMode mode(backward);
      const Tensor y = layer->forward(x);
      if (!backward) return;
      y.backward(gradient);
      x.mutable_grad() = Tensor();
      for (const Tensor& parameter : layer->parameters()) parameter.mutable_grad() = Tensor();
    };
  });
}

const bool registered = [] {
  for (const LayerShape shape : shapes) {
    add_product("product", shape, [](LayerShape s) {  // x wᵀ
      return std::pair(torch::randn({s.rows, s.in}), torch::randn({s.out, s.in}).t());
    });
    if (shape.rows == 2048) continue;                        // the machine's product peak
    add_product("input_gradient", shape, [](LayerShape s) {  // g w
      return std::pair(torch::randn({s.rows, s.out}), torch::randn({s.out, s.in}));
    });
    add_product("weight_gradient", shape, [](LayerShape s) {  // gᵀ x
      return std::pair(torch::randn({s.rows, s.out}).t(), torch::randn({s.rows, s.in}));
    });
    add_layer(shape, false);
    add_layer(shape, true);
  }
  return true;
}();

}  // namespace
}  // namespace bench
