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

void CudaBackend::enqueue(const UnaryCall& call) {
  unary_launchers(call.op.id).value(context_, call);
}

void CudaBackend::enqueue(const UnaryBackwardCall& call) {
  unary_launchers(call.op.id).slope(context_, call);
}

void CudaBackend::enqueue(const BinaryCall& call) {
  binary_launchers()[static_cast<std::size_t>(call.op.id)].value(context_, call);
}

void CudaBackend::enqueue(const BinaryBackwardCall& call) {
  binary_launchers()[static_cast<std::size_t>(call.op.id)].slope(context_, call);
}

}  // namespace tandem::gpu
