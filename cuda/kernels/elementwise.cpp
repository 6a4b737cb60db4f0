// The elementwise families: the rule's position finds its launcher.
#include "core/rules/activations.h"
#include "cuda/backend.h"
#include "cuda/kernels/kernel_table.h"

namespace tandem::gpu {
namespace {

const UnaryLaunchers& unary_launchers(int id) {
  const auto at = static_cast<std::size_t>(id);
  constexpr auto activations = static_cast<std::size_t>(ActivationOps::size);
  return at < activations ? activation_launchers()[at] : math_launchers()[at - activations];
}

}  // namespace

void CudaBackend::unary(const ElementwiseCall& op, const LoopPlan& plan, const Input& x,
                        const Output& out) {
  const DeviceScope scope(context_.index());
  unary_launchers(op.id).value(context_, op.parameters, plan, x, out);
}

void CudaBackend::unary_backward(const ElementwiseCall& op, const LoopPlan& plan,
                                 const Input& saved, const Input& grad, const Output& out) {
  const DeviceScope scope(context_.index());
  unary_launchers(op.id).slope(context_, op.parameters, plan, saved, grad, out);
}

void CudaBackend::binary(const ElementwiseCall& op, const LoopPlan& plan, const Input& a,
                         const Input& b, const Output& out) {
  const DeviceScope scope(context_.index());
  binary_launchers()[static_cast<std::size_t>(op.id)].value(context_, op.parameters, plan, a, b,
                                                            out);
}

void CudaBackend::binary_backward(const ElementwiseCall& op, int side, const LoopPlan& plan,
                                  const Input& a, const Input& b, const Input& grad,
                                  const Output& out) {
  const DeviceScope scope(context_.index());
  binary_launchers()[static_cast<std::size_t>(op.id)].slope(context_, op.parameters, side, plan, a,
                                                            b, grad, out);
}

}  // namespace tandem::gpu
