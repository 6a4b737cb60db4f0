// Memory, copies and optimizer updates on the CPU.
#include "cpu/backend.h"

#include <cstring>

#include "core/base/device_types.h"
#include "core/base/memory.h"
#include "cpu/kernels/table.h"
#include "cpu/parallel.h"

namespace tandem::cpu {

void* CpuBackend::allocate(std::size_t bytes) { return memory::allocate(bytes); }

void CpuBackend::release(void* data, std::size_t bytes) noexcept { memory::release(data, bytes); }

std::size_t CpuBackend::system_bytes() const { return memory::system_bytes(); }

void CpuBackend::copy_from_host(void* to, const void* from, std::size_t bytes) {
  if (bytes > 0) std::memcpy(to, from, bytes);
}
void CpuBackend::copy_to_host(void* to, const void* from, std::size_t bytes) {
  if (bytes > 0) std::memcpy(to, from, bytes);
}

namespace {

/// Updates elements [begin, end) of a parameter of a 16-bit dtype: parameter, gradient and states
/// are widened, updated in float32 and rounded, block by block.
void update_half(OptimizerKernel kernel, const OptimizerStep& step, const ParameterSlot& slot,
                 std::int64_t begin, std::int64_t end) {
  constexpr std::int64_t block = 1024;
  const ConvertKernel widen = conversion(slot.dtype, DType::Float32),
                      narrow = conversion(DType::Float32, slot.dtype);
  const auto place = [](void* data, std::int64_t at) {
    return static_cast<std::uint16_t*>(data) + at;
  };
  alignas(64) float parameter[block], gradient[block], states[max_optimizer_states][block];
  for (std::int64_t at = begin; at < end; at += block) {
    const std::int64_t n = end - at < block ? end - at : block;
    ParameterSlot part{DType::Float32, n, parameter, gradient, {}};
    widen(place(slot.parameter, at), parameter, n);
    widen(static_cast<const std::uint16_t*>(slot.gradient) + at, gradient, n);
    for (int s = 0; s < max_optimizer_states; ++s)
      if (slot.states[s] != nullptr) {
        part.states[s] = states[s];
        widen(place(slot.states[s], at), states[s], n);
      }
    kernel(step, part, 0, n);
    narrow(parameter, place(slot.parameter, at), n);
    for (int s = 0; s < max_optimizer_states; ++s)
      if (slot.states[s] != nullptr) narrow(states[s], place(slot.states[s], at), n);
  }
}

}  // namespace

void CpuBackend::run(const UpdateCall& call) {
  constexpr std::int64_t piece = 16384;
  const OptimizerStep& step = call.optimizer;
  for (const ParameterSlot& slot : call.slots) {
    const OptimizerKernel kernel =
        kernels().optimizers.update[step.id][slot.dtype == DType::Float64];
    parallel_for(slot.numel, piece, [&](std::int64_t begin, std::int64_t end) {
      if (is_half(slot.dtype))
        update_half(kernel, step, slot, begin, end);
      else
        kernel(step, slot, begin, end);
    });
  }
}

}  // namespace tandem::cpu

namespace tandem {

std::unique_ptr<Backend> make_cpu_backend(int) { return std::make_unique<cpu::CpuBackend>(); }

}  // namespace tandem
