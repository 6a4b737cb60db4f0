#include "cpu/cpu_backend.h"

#include <cstring>

#include "cpu/allocator.h"
#include "cpu/kernels.h"
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

void CpuBackend::update_parameters(const OptimizerCall& call,
                                   std::span<const ParameterSlot> slots) {
  if (RecordedCalls* open = recording()) return open->add_update(*this, call, slots);
  constexpr std::int64_t piece = 16384;
  for (const ParameterSlot& slot : slots) {
    const OptimizerKernel kernel =
        kernels().optimizers.update[call.id][slot.dtype == DType::Float64];
    parallel_for(slot.numel, piece,
                 [&](std::int64_t begin, std::int64_t end) { kernel(call, slot, begin, end); });
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
