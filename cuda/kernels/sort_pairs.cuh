// Stable sorting of keys with their values by CUB, with its temporary memory.
#pragma once

#include <cub/cub.cuh>

#include "cuda/context.h"

namespace tandem::gpu {

/// Sorts by the lowest `bits` bits of the keys; the four arrays hold n elements each and are apart.
template <class Key> void sort_pairs(const char* op, DeviceContext& context, const Key* keys,
                                     Key* sorted_keys, const std::int64_t* values,
                                     std::int64_t* sorted_values, std::int64_t n,
                                     int bits = 8 * sizeof(Key)) {
  std::size_t bytes = 0;
  const auto sort = [&](void* temporary) {
    check_cuda(cub::DeviceRadixSort::SortPairs(temporary, bytes, keys, sorted_keys, values,
                                               sorted_values, n, 0, bits, context.stream()),
               op);
  };
  sort(nullptr);
  const Scratch temporary(context, bytes);
  sort(temporary.data());
}

}  // namespace tandem::gpu
