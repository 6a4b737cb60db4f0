// Atomics, fences and hinted loads. Nothing runs at the same time, so an atomic is an ordinary read
// and write.
#pragma once

#include <type_traits>

namespace gpu_emulator {

template <class T>
concept AtomicInteger = std::is_same_v<T, int> || std::is_same_v<T, unsigned>;

template <class T> T exchange(T* address, T value) {
  const T old = *address;
  *address = value;
  return old;
}

}  // namespace gpu_emulator

// The second operand converts to the type of the first, as it does in CUDA's overloads.
template <gpu_emulator::AtomicInteger T> T atomicAdd(T* address, std::type_identity_t<T> value) {
  return gpu_emulator::exchange(address, static_cast<T>(*address + value));
}
template <gpu_emulator::AtomicInteger T>
T atomicCAS(T* address, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  return gpu_emulator::exchange(address, *address == expected ? value : *address);
}

inline void __threadfence() {}
inline void __threadfence_system() {}

template <class T> T __ldcg(const T* address) { return *address; }
