// Linear layers and, as "bare" rows, their matrix products alone: the share of the two is what
// bias, tape and bookkeeping cost. "recorded" rows replay 20 calls as one CUDA graph, which leaves
// the GPU's time; "eager" rows of small shapes are the host's.
#include "benchmarks/gpu_rows.h"

using namespace tandem;

namespace gpu_rows {
namespace {

constexpr int calls_per_recording = 20;

struct LinearShape {
  std::int64_t rows, in, out;
};
constexpr LinearShape shapes[] = {
    {512, 10, 64}, {64, 784, 128}, {256, 1024, 1024}, {8192, 1024, 1024}};

struct Layer {
  Tensor x, weight, bias, grad;
  Tensor weight_t, grad_t;

  Layer(const LinearShape& shape, DType dtype) {
    const TensorOptions options = TensorOptions(dtype).device(kCUDA);
    const std::int64_t rows = settings().size(shape.rows), in = settings().size(shape.in),
                       out = settings().size(shape.out);
    x = randn({rows, in}, options).requires_grad_(true);
    weight = randn({out, in}, options).requires_grad_(true);
    bias = randn({out}, options).requires_grad_(true);
    grad = randn({rows, out}, options);
    weight_t = weight.detach().t();
    grad_t = grad.t();
  }
  double flops_of_a_product() const {
    return 2.0 * static_cast<double>(x.numel()) * static_cast<double>(weight.size(0));
  }

  void linear_forward() const {
    const NoGradGuard guard;
    linear(x, weight, bias);
  }
  void linear_forward_backward() const {
    for (const Tensor& leaf : {x, weight, bias}) leaf.mutable_grad() = Tensor();
    linear(x, weight, bias).backward(grad);
  }
  void bare_forward() const {
    const NoGradGuard guard;
    matmul(x, weight_t);
  }
  void bare_forward_backward() const {
    bare_forward();
    const NoGradGuard guard;
    matmul(grad, weight);
    matmul(grad_t, x);
  }
};

struct Kind {
  const char* name;
  void (Layer::*run)() const;
  int products;
};
constexpr Kind kinds[] = {{"linear_forward", &Layer::linear_forward, 1},
                          {"bare_forward", &Layer::bare_forward, 1},
                          {"linear_forward_backward", &Layer::linear_forward_backward, 3},
                          {"bare_forward_backward", &Layer::bare_forward_backward, 3}};

void add_linear_row(const Kind& kind, const LinearShape& shape, DType dtype, bool recorded) {
  const std::string name = std::string(kind.name) + "/" + std::to_string(shape.rows) + "x" +
                           std::to_string(shape.in) + "x" + std::to_string(shape.out) +
                           (dtype == kFloat32 ? "/float32" : "/bfloat16") +
                           (recorded ? "/recorded" : "/eager");
  add_row(name, [=](benchmark::State& state) {
    const Layer layer(shape, dtype);
    Work work{.flops = kind.products * layer.flops_of_a_product()};
    const auto call = [&] { (layer.*kind.run)(); };
    if (!recorded) return measure(state, work, call);
    work.calls = calls_per_recording;
    auto replay = record([&] {
      for (int i = 0; i < calls_per_recording; ++i) call();
    });
    measure(state, work, [&] { replay(); });
  });
}

}  // namespace

void register_linear_rows() {
  for (const LinearShape& shape : shapes)
    for (const DType dtype : {kFloat32, kBFloat16})
      for (const Kind& kind : kinds)
        for (const bool recorded : {false, true}) add_linear_row(kind, shape, dtype, recorded);
}

}  // namespace gpu_rows
