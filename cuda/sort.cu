// Stable sorting along lines. Elements become unsigned keys whose order is the one wanted (nan
// last, the zeros equal, all turned round when descending), which radix sort takes with their
// positions.
#include <cub/cub.cuh>

#include "core/math.h"
#include "cuda/cuda_backend.h"
#include "cuda/launch.h"
#include "cuda/values.h"

namespace tandem::gpu {
namespace {

/// Lines from here on are sorted one by one by the whole GPU, shorter ones all at once.
constexpr std::int64_t long_line = 65536;

template <class Key, class Bits, class C> TANDEM_HD Key key_of(C x, bool descending) {
  constexpr Key top = Key(1) << (8 * sizeof(Key) - 1);
  Key key;
  if constexpr (std::is_floating_point_v<C>) {
    const Key bits = math::bits<Key>(x == C(0) ? C(0) : x);
    key = x != x ? ~Key(0) : ((bits & top) != 0 ? ~bits : bits | top);
  } else {
    key = static_cast<Key>(static_cast<Bits>(x)) ^ top;
  }
  return descending ? ~key : key;
}

template <class Key> __global__ void __launch_bounds__(block_threads)
    key_kernel(const void* x, DType dtype, bool descending, std::int64_t size, std::int64_t n,
               Key* keys, std::int64_t* positions) {
  const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * block_threads + threadIdx.x;
  if (at >= n) return;
  positions[at] = at % size;
  if constexpr (sizeof(Key) == 4) {
    keys[at] = is_floating_point(dtype)
                   ? key_of<Key, std::int32_t>(load<float>(x, dtype, at), descending)
                   : key_of<Key, std::int32_t>(load<std::int64_t>(x, dtype, at), descending);
  } else {
    keys[at] = is_floating_point(dtype)
                   ? key_of<Key, std::int64_t>(load<double>(x, dtype, at), descending)
                   : key_of<Key, std::int64_t>(load<std::int64_t>(x, dtype, at), descending);
  }
}

__global__ void __launch_bounds__(block_threads)
    offset_kernel(std::int64_t* offsets, std::int64_t rows, std::int64_t size) {
  const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * block_threads + threadIdx.x;
  if (row <= rows) offsets[row] = row * size;
}

template <class T> __global__ void __launch_bounds__(block_threads)
    pick_kernel(const T* x, const std::int64_t* positions, T* out, std::int64_t size,
                std::int64_t n) {
  const std::int64_t at = static_cast<std::int64_t>(blockIdx.x) * block_threads + threadIdx.x;
  if (at < n) out[at] = x[at - at % size + positions[at]];
}

template <class Key> void sort_positions(DeviceContext& context, std::int64_t rows,
                                         std::int64_t size, bool descending, const Input& x,
                                         std::int64_t* sorted) {
  const cudaStream_t stream = context.stream();
  const std::int64_t n = rows * size;
  const auto count = static_cast<std::size_t>(n);
  const Scratch key_memory(context, 2 * count * sizeof(Key));
  const Scratch position_memory(context, count * sizeof(std::int64_t));
  Key *keys = key_memory.as<Key>(), *sorted_keys = keys + n;
  auto* positions = position_memory.as<std::int64_t>();
  launch("sort", stream, geometry_for(n), key_kernel<Key>, x.data, x.dtype, descending, size, n,
         keys, positions);
  const auto twice = [&](const auto& sort) {
    std::size_t bytes = 0;
    check_cuda(sort(nullptr, bytes), "sort");
    const Scratch temporary(context, bytes);
    check_cuda(sort(temporary.data(), bytes), "sort");
  };
  if (rows == 1 || size >= long_line) {
    for (std::int64_t begin = 0; begin < n; begin += size)
      twice([&](void* temporary, std::size_t& bytes) {
        return cub::DeviceRadixSort::SortPairs(temporary, bytes, keys + begin, sorted_keys + begin,
                                               positions + begin, sorted + begin, size, 0,
                                               static_cast<int>(8 * sizeof(Key)), stream);
      });
    return;
  }
  const Scratch offset_memory(context, static_cast<std::size_t>(rows + 1) * sizeof(std::int64_t));
  auto* offsets = offset_memory.as<std::int64_t>();
  launch("sort", stream, geometry_for(rows + 1), offset_kernel, offsets, rows, size);
  twice([&](void* temporary, std::size_t& bytes) {
    return cub::DeviceSegmentedSort::StableSortPairs(temporary, bytes, keys, sorted_keys, positions,
                                                     sorted, n, rows, offsets, offsets + 1, stream);
  });
}

}  // namespace

void CudaBackend::sort(std::int64_t rows, std::int64_t size, bool descending, const Input& x,
                       const Output& values, std::int64_t* indices) {
  if (rows * size == 0) return;
  const DeviceScope scope(context_.index());
  if (item_size(x.dtype) == 8)
    sort_positions<std::uint64_t>(context_, rows, size, descending, x, indices);
  else
    sort_positions<std::uint32_t>(context_, rows, size, descending, x, indices);
  visit_dtype(x.dtype, [&]<class T>() {
    launch("sort", context_.stream(), geometry_for(rows * size), pick_kernel<T>,
           static_cast<const T*>(x.data), indices, static_cast<T*>(values.data), size, rows * size);
  });
}

}  // namespace tandem::gpu
