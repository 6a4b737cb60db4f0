// Memory, copies and optimizer updates on the CPU.
#include "cpu/backend.h"

#include <cstring>

#include "core/backend/recording.h"
#include "core/backend/registry.h"
#include "cpu/allocator.h"
#include "cpu/kernels/table.h"
#include "cpu/parallel.h"
#include "cpu/recording.h"

namespace tandem::cpu {

void* CpuBackend::allocate(std::size_t bytes) {
  if (RecordedCalls* open = recording()) return open->memory().take(bytes);
  return cpu::allocate(bytes);
}

void CpuBackend::release(void* data, std::size_t bytes) noexcept {
  if (release_recorded(data)) return;
  if (RecordedCalls* open = recording())
    open->memory().adopt(data, bytes);
  else
    cpu::release(data, bytes);
}

std::size_t CpuBackend::system_bytes() const { return cpu::system_bytes(); }

void CpuBackend::copy_from_host(void* to, const void* from, std::size_t bytes) {
  check_not_recording("copy from the host");
  if (bytes > 0) std::memcpy(to, from, bytes);
}
void CpuBackend::copy_to_host(void* to, const void* from, std::size_t bytes) {
  check_not_recording("copy to the host");
  if (bytes > 0) std::memcpy(to, from, bytes);
}
void CpuBackend::synchronize() { check_not_recording("synchronize"); }

namespace {

/// Updates elements [begin, end) of a parameter of a 16-bit dtype: parameter, gradient and states
/// are widened, updated in float32 and rounded, block by block.
void update_half(OptimizerKernel kernel, const OptimizerCall& call, const ParameterSlot& slot,
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
    kernel(call, part, 0, n);
    narrow(parameter, place(slot.parameter, at), n);
    for (int s = 0; s < max_optimizer_states; ++s)
      if (slot.states[s] != nullptr) narrow(states[s], place(slot.states[s], at), n);
  }
}

}  // namespace

void CpuBackend::update_parameters(const OptimizerCall& call,
                                   std::span<const ParameterSlot> slots) {
  if (RecordedCalls* open = recording()) return open->add_update(*this, call, slots);
  constexpr std::int64_t piece = 16384;
  for (const ParameterSlot& slot : slots) {
    const OptimizerKernel kernel =
        kernels().optimizers.update[call.id][slot.dtype == DType::Float64];
    parallel_for(slot.numel, piece, [&](std::int64_t begin, std::int64_t end) {
      if (is_half(slot.dtype))
        update_half(kernel, call, slot, begin, end);
      else
        kernel(call, slot, begin, end);
    });
  }
}

}  // namespace tandem::cpu

namespace tandem {

Backend& cpu_backend() {
  // Never destroyed: tensors with static lifetime may still release memory at exit.
  static cpu::CpuBackend& backend = *new cpu::CpuBackend;
  return backend;
}

}  // namespace tandem
