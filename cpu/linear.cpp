// Linear layers: bias, product and activation block by block, and their backward.
#include <algorithm>

#include "core/rules/binary.h"
#include "cpu/backend.h"
#include "cpu/gemm.h"
#include "cpu/kernels/table.h"
#include "cpu/loops.h"

namespace tandem::cpu {
namespace {

/// The kernel that writes an activation and leaves its slope where z was; null where there is none.
ValueAndSlopeKernel slope_kernel(const ElementwiseCall& activation, DType dtype) {
  return kernels().elementwise.value_and_slope[activation.id][static_cast<int>(dtype)];
}

/// y = activation(z) for n elements that lie side by side.
void activate(const LinearCall& call, void* z, void* y, std::int64_t n) {
  const ValueAndSlopeKernel both = slope_kernel(*call.activation, call.dtype);
  if (both != nullptr && call.saved_for_backward != call.y)
    return both(call.activation->parameters, z, y, z, n);
  const void* in[] = {z};
  kernels().elementwise.unary[call.activation->id][static_cast<int>(call.dtype)](
      call.activation->parameters, in, y, n);
}

/// The n numbers at `from` into `rows` rows; where these touch, some at once, out of the cache.
template <class T>
void repeat(const T* from, std::int64_t n, T* to, std::int64_t rows, std::int64_t leading) {
  const std::int64_t most = leading == n ? 1 + 1024 / n : 1;
  std::copy_n(from, n, to);
  for (std::int64_t done = 1, more; done < rows; done += more) {
    more = std::min({done, rows - done, most});
    std::copy_n(to, more * n, to + done * leading);
  }
}

/// Bias, product and activation block by block, while the block is in the cache.
template <class T> void linear_blocks(const LinearCall& call, const GemmCall& product) {
  for_each_block<T>(product, [&](const T* x, const T* weight, T* z, std::int64_t row,
                                 std::int64_t column, std::int64_t rows, std::int64_t columns) {
    if (call.bias != nullptr)
      repeat(static_cast<const T*>(call.bias) + column, columns, z, rows, call.out);
    multiply(product, x, weight, z, rows, columns);
    if (!call.activation) return;
    T* y = static_cast<T*>(call.y) + row * call.out + column;
    if (columns == call.out) return activate(call, z, y, rows * columns);
    for (std::int64_t i = 0; i < rows; ++i)
      activate(call, z + i * call.out, y + i * call.out, columns);
  });
}

/// The same one after the other: for the 16-bit dtypes, whose product is rounded as a whole, and
/// for long sums.
template <class T>
void linear_whole(CpuBackend& backend, const LinearCall& call, const GemmCall& product) {
  if (call.bias != nullptr)
    repeat(static_cast<const T*>(call.bias), call.out, static_cast<T*>(call.saved_for_backward),
           call.rows, call.out);
  backend.run(product);
  if (!call.activation) return;
  if constexpr (HalfType<T>)
    backend.run(UnaryCall{*call.activation,
                          plan_loop({call.rows * call.out}, {Shape{1}, Shape{1}}),
                          {call.saved_for_backward, call.dtype},
                          {call.y, call.dtype}});
  else
    parallel_for(call.rows * call.out, parallel_elements,
                 [&](std::int64_t begin, std::int64_t end) {
                   activate(call, static_cast<T*>(call.saved_for_backward) + begin,
                            static_cast<T*>(call.y) + begin, end - begin);
                 });
}

}  // namespace

void CpuBackend::run(const LinearCall& call) {
  if (call.rows == 0 || call.out == 0) return;
  GemmCall product = forward_product(call);
  product.beta = call.bias != nullptr ? 1 : 0;
  visit_floating("linear", call.dtype, [&]<class T>() {
    if (HalfType<T> || has_long_sums(product))
      linear_whole<T>(*this, call, product);
    else if constexpr (!HalfType<T>)
      linear_blocks<T>(call, product);
  });
}

void CpuBackend::run(const LinearBackwardCall& call) {
  const void* grad = call.grad;
  if (call.activation) {
    const LoopPlan plan = plan_loop({call.rows * call.out}, {Shape{1}, Shape{1}, Shape{1}});
    const Input saved{call.saved, call.dtype}, gradient{call.grad, call.dtype};
    const Output grad_z{call.grad_z, call.dtype};
    if (slope_kernel(*call.activation, call.dtype) != nullptr)
      run(BinaryCall{{BinaryOps::index_of<rules::Mul>, {}}, plan, gradient, saved, grad_z});
    else
      run(UnaryBackwardCall{*call.activation, plan, saved, gradient, grad_z});
    grad = call.grad_z;
  }
  if (call.grad_x != nullptr) run(input_gradient_product(call, grad));
  if (call.grad_weight != nullptr) run(weight_gradient_product(call, grad));
  if (call.grad_bias != nullptr)
    run(ReduceCall{
        reduce_op<reductions::Sum>(),
        {plan_loop({call.out}, {Shape{1}, Shape{1}}), plan_loop({call.rows}, {Shape{call.out}})},
        {grad, call.dtype},
        {call.grad_bias, call.dtype}});
}

}  // namespace tandem::cpu
