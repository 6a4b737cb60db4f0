// Sorting: one stable sort by CUB's order of bits serves every entry point.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include "cub/emulated_common.h"

namespace gpu_emulator {

/// The number by which CUB's radix sort orders a key: NaN by its sign beyond the infinities, -0 as
/// +0.
template <class Key> std::uint64_t radix_of(Key key) {
  static_assert(std::is_arithmetic_v<Key>, "keys are numbers");
  if constexpr (std::is_floating_point_v<Key>) {
    using Bits = std::conditional_t<sizeof(Key) == 4, std::uint32_t, std::uint64_t>;
    constexpr Bits sign = Bits{1} << (sizeof(Key) * 8 - 1);
    const Bits bits = key == 0 ? Bits{0} : std::bit_cast<Bits>(key);
    return (bits & sign) != 0 ? static_cast<Bits>(~bits) : (bits | sign);
  } else if constexpr (std::is_signed_v<Key>) {
    using Bits = std::make_unsigned_t<Key>;
    constexpr Bits sign = static_cast<Bits>(Bits{1} << (sizeof(Key) * 8 - 1));
    return static_cast<Bits>(static_cast<Bits>(key) ^ sign);
  } else {
    return static_cast<std::uint64_t>(key);
  }
}

/// Which bits of the radix count, and the direction.
struct SortOrder {
  bool descending = false;
  int begin_bit = 0, end_bit = 64;

  std::uint64_t rank(std::uint64_t radix) const {
    const std::uint64_t high = end_bit >= 64 ? ~0ull : (1ull << end_bit) - 1;
    const std::uint64_t rank = (radix & high) >> begin_bit;
    return descending ? ~rank : rank;
  }
};

struct NoValue {};

/// Sorts [begin, end); outputs may be the inputs.
template <class Key, class ValueType>
void sort_range(const Key* keys, Key* keys_out, const ValueType* values, ValueType* values_out,
                std::int64_t begin, std::int64_t end, SortOrder order) {
  if (end <= begin) return;
  struct Item {
    std::uint64_t rank;
    std::int64_t from;
  };
  std::vector<Item> items(static_cast<std::size_t>(end - begin));
  for (std::int64_t i = begin; i < end; ++i) {
    items[static_cast<std::size_t>(i - begin)] = {order.rank(radix_of(keys[i])), i};
  }
  std::stable_sort(items.begin(), items.end(),
                   [](const Item& a, const Item& b) { return a.rank < b.rank; });
  const std::vector<Key> keys_copy(keys + begin, keys + end);
  std::int64_t to = begin;
  for (const Item& item : items) {
    keys_out[to++] = keys_copy[static_cast<std::size_t>(item.from - begin)];
  }
  if constexpr (!std::is_same_v<ValueType, NoValue>) {
    const std::vector<ValueType> values_copy(values + begin, values + end);
    to = begin;
    for (const Item& item : items) {
      values_out[to++] = values_copy[static_cast<std::size_t>(item.from - begin)];
    }
  }
}

template <class Key, class ValueType>
cudaError_t sort(void* storage, std::size_t& bytes, const Key* keys, Key* keys_out,
                 const ValueType* values, ValueType* values_out, std::int64_t count,
                 SortOrder order, cudaStream_t stream) {
  return two_phase(storage, bytes, stream,
                   [=] { sort_range(keys, keys_out, values, values_out, 0, count, order); });
}

template <class Key, class ValueType, class Begins, class Ends>
cudaError_t sort_segments(void* storage, std::size_t& bytes, const Key* keys, Key* keys_out,
                          const ValueType* values, ValueType* values_out, std::int64_t segments,
                          Begins begins, Ends ends, SortOrder order, cudaStream_t stream) {
  return two_phase(storage, bytes, stream, [=] {
    for (std::int64_t s = 0; s < segments; ++s) {
      sort_range(keys, keys_out, values, values_out, static_cast<std::int64_t>(begins[s]),
                 static_cast<std::int64_t>(ends[s]), order);
    }
  });
}

}  // namespace gpu_emulator

namespace cub {

// Each name in both directions, which differ in one flag.
#define EMULATOR_RADIX_SORT(suffix, is_descending)                                        \
  template <class Key, class T, class Count> static cudaError_t SortPairs##suffix(        \
      void* storage, std::size_t& bytes, const Key* keys, Key* keys_out, const T* values, \
      T* values_out, Count count, int begin_bit = 0, int end_bit = sizeof(Key) * 8,       \
      cudaStream_t stream = nullptr) {                                                    \
    return gpu_emulator::sort(storage, bytes, keys, keys_out, values, values_out, count,  \
                              {is_descending, begin_bit, end_bit}, stream);               \
  }                                                                                       \
  template <class Key, class Count> static cudaError_t SortKeys##suffix(                  \
      void* storage, std::size_t& bytes, const Key* keys, Key* keys_out, Count count,     \
      int begin_bit = 0, int end_bit = sizeof(Key) * 8, cudaStream_t stream = nullptr) {  \
    const gpu_emulator::NoValue* none = nullptr;                                          \
    return gpu_emulator::sort(storage, bytes, keys, keys_out, none,                       \
                              static_cast<gpu_emulator::NoValue*>(nullptr), count,        \
                              {is_descending, begin_bit, end_bit}, stream);               \
  }

struct DeviceRadixSort {
  EMULATOR_RADIX_SORT(, false)
  EMULATOR_RADIX_SORT(Descending, true)
};
#undef EMULATOR_RADIX_SORT

#define EMULATOR_SEGMENTED_RADIX_SORT(suffix, is_descending)                                       \
  template <class Key, class T, class Begins, class Ends> static cudaError_t SortPairs##suffix(    \
      void* storage, std::size_t& bytes, const Key* keys, Key* keys_out, const T* values,          \
      T* values_out, std::int64_t, std::int64_t segments, Begins begins, Ends ends,                \
      int begin_bit = 0, int end_bit = sizeof(Key) * 8, cudaStream_t stream = nullptr) {           \
    return gpu_emulator::sort_segments(storage, bytes, keys, keys_out, values, values_out,         \
                                       segments, begins, ends,                                     \
                                       {is_descending, begin_bit, end_bit}, stream);               \
  }                                                                                                \
  template <class Key, class Begins, class Ends> static cudaError_t SortKeys##suffix(              \
      void* storage, std::size_t& bytes, const Key* keys, Key* keys_out, std::int64_t,             \
      std::int64_t segments, Begins begins, Ends ends, int begin_bit = 0,                          \
      int end_bit = sizeof(Key) * 8, cudaStream_t stream = nullptr) {                              \
    const gpu_emulator::NoValue* none = nullptr;                                                   \
    return gpu_emulator::sort_segments(storage, bytes, keys, keys_out, none,                       \
                                       static_cast<gpu_emulator::NoValue*>(nullptr), segments,     \
                                       begins, ends, {is_descending, begin_bit, end_bit}, stream); \
  }

struct DeviceSegmentedRadixSort {
  EMULATOR_SEGMENTED_RADIX_SORT(, false)
  EMULATOR_SEGMENTED_RADIX_SORT(Descending, true)
};
#undef EMULATOR_SEGMENTED_RADIX_SORT

#define EMULATOR_SEGMENTED_SORT(name, is_descending)                                           \
  template <class Key, class T, class Begins, class Ends>                                      \
  static cudaError_t name(void* storage, std::size_t& bytes, const Key* keys, Key* keys_out,   \
                          const T* values, T* values_out, std::int64_t, std::int64_t segments, \
                          Begins begins, Ends ends, cudaStream_t stream = nullptr) {           \
    return gpu_emulator::sort_segments(storage, bytes, keys, keys_out, values, values_out,     \
                                       segments, begins, ends, {is_descending}, stream);       \
  }

struct DeviceSegmentedSort {
  EMULATOR_SEGMENTED_SORT(SortPairs, false)
  EMULATOR_SEGMENTED_SORT(SortPairsDescending, true)
  EMULATOR_SEGMENTED_SORT(StableSortPairs, false)
  EMULATOR_SEGMENTED_SORT(StableSortPairsDescending, true)
};
#undef EMULATOR_SEGMENTED_SORT

}  // namespace cub
