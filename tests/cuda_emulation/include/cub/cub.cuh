// Stands in for the header of the CUDA toolkit: one stable sort; see ../../README.md.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "cuda_runtime.h"

namespace gpu_emulator {

/// The number by which the lowest `end_bit` bits of a key are ordered, without its lowest
/// `begin_bit`.
template <class Key> std::uint64_t rank_of(Key key, int begin_bit, int end_bit) {
  static_assert(std::is_integral_v<Key>, "Tandem sorts by integers");
  using Bits = std::make_unsigned_t<Key>;
  constexpr Bits sign =
      std::is_signed_v<Key> ? static_cast<Bits>(Bits{1} << (sizeof(Key) * 8 - 1)) : Bits{0};
  const std::uint64_t bits = static_cast<Bits>(static_cast<Bits>(key) ^ sign);
  const std::uint64_t mask = end_bit >= 64 ? ~0ull : (1ull << end_bit) - 1;
  return (bits & mask) >> begin_bit;
}

}  // namespace gpu_emulator

namespace cub {

struct DeviceRadixSort {
  /// The first call, without storage, answers how much is wanted; the second sorts.
  template <class Key, class Value, class Count>
  static cudaError_t SortPairs(void* storage, std::size_t& bytes, const Key* keys, Key* keys_out,
                               const Value* values, Value* values_out, Count count,
                               int begin_bit = 0, int end_bit = sizeof(Key) * 8,
                               cudaStream_t stream = nullptr) {
    if (storage == nullptr) {
      bytes = 1;
      return cudaSuccess;
    }
    if (bytes < 1) return gpu_emulator::remember(cudaErrorInvalidValue);
    return gpu_emulator::submit(stream, gpu_emulator::Work::kernel, [=] {
      struct Pair {
        std::uint64_t rank;
        Key key;
        Value value;
      };
      std::vector<Pair> pairs;
      pairs.reserve(static_cast<std::size_t>(count));
      for (Count i = 0; i < count; ++i) {
        pairs.push_back({gpu_emulator::rank_of(keys[i], begin_bit, end_bit), keys[i], values[i]});
      }
      std::stable_sort(pairs.begin(), pairs.end(),
                       [](const Pair& a, const Pair& b) { return a.rank < b.rank; });
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        keys_out[i] = pairs[i].key;
        values_out[i] = pairs[i].value;
      }
    });
  }
};

}  // namespace cub
