// Ops that the memory's speed limits, on 2^28 elements. GB/s count what an op has to read and
// write.
#include "benchmarks/gpu_rows.h"
#include "core/backend/backend.h"
#include "core/backend/gpu_backend.h"
#include "core/backend/registry.h"

using namespace tandem;

namespace gpu_rows {
namespace {

constexpr std::int64_t columns = 1024;  ///< where rows and columns matter

struct Inputs {
  Tensor x, y;  ///< [elements / columns, columns]
  Tensor bias;  ///< [columns]
};

/// A row of `op(inputs)` that touches every element `passes` times. `operands`: how many of x and y
/// it reads.
template <class Op>
void add_memory_row(const std::string& name, DType dtype, int operands, double passes, Op op) {
  const char* dtype_name = dtype == kFloat32 ? "float32" : "bfloat16";
  add_row(name + "/" + dtype_name, [=](benchmark::State& state) {
    const NoGradGuard guard;
    const Shape shape{settings().elements / columns, columns};
    const TensorOptions options = TensorOptions(dtype).device(kCUDA);
    const Inputs inputs{randn(shape, options), operands > 1 ? randn(shape, options) : Tensor(),
                        randn({columns}, options)};
    const double bytes = static_cast<double>(settings().elements) *
                         static_cast<double>(inputs.x.element_size()) * passes;
    measure(state, {.bytes = bytes}, [&] { op(inputs); });
  });
}

/// The kernel of tanh's backward alone: y = grad * slope(x).
void tanh_backward(const Inputs& inputs, const Tensor& out) {
  const ElementwiseCall call{UnaryOps::index_of<rules::Tanh>, {}};
  const Shape one{1};
  cuda_backend(0).unary_backward(
      call, plan_loop({inputs.x.numel()}, {one, one, one}), {inputs.x.raw_data(), inputs.x.dtype()},
      {inputs.y.raw_data(), inputs.y.dtype()}, {out.raw_data(), out.dtype()});
}

}  // namespace

void register_memory_rows() {
  add_memory_row("copy", kFloat32, 1, 2, [](const Inputs& in) { in.x.clone(); });
  for (const DType dtype : {kFloat32, kBFloat16}) {
    add_memory_row("tanh_forward", dtype, 1, 2, [](const Inputs& in) { tanh(in.x); });
    add_memory_row("tanh_backward", dtype, 2, 3,
                   [](const Inputs& in) { tanh_backward(in, empty_like(in.x)); });
    add_memory_row("add", dtype, 2, 3, [](const Inputs& in) { in.x + in.y; });
    add_memory_row("add_bias", dtype, 1, 2, [](const Inputs& in) { in.x + in.bias; });
    add_memory_row("sum", dtype, 1, 1, [](const Inputs& in) { in.x.sum(); });
    add_memory_row("softmax", dtype, 1, 2, [](const Inputs& in) { softmax(in.x, 1); });
  }
}

}  // namespace gpu_rows
