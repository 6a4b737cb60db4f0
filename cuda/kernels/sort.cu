// Stable sorting along lines. Elements become unsigned keys whose order is the one wanted (nan
// last, the zeros equal, all turned round when descending), which radix sort takes with their
// positions.
#include <bit>

#include "core/rules/math.h"
#include "cuda/backend.h"
#include "cuda/kernels/launch.cuh"
#include "cuda/kernels/load_store.cuh"
#include "cuda/kernels/sort_pairs.cuh"

namespace tandem::gpu {
namespace {

/// Radix sort orders unsigned integers. The bits of a positive real are in order already and need
/// the top bit set; those of a negative one run backwards and are inverted. nan becomes the largest
/// key of all. Signed integers need the top bit turned.
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
    key_kernel(const void* x, DType dtype, bool descending, std::int64_t n, Key* keys,
               std::int64_t* positions) {
  const std::int64_t at = thread_number();
  if (at >= n) return;
  positions[at] = at;
  using Real = std::conditional_t<sizeof(Key) == 4, float, double>;
  using Whole = std::conditional_t<sizeof(Key) == 4, std::int32_t, std::int64_t>;
  keys[at] = is_floating_point(dtype)
                 ? key_of<Key, Whole>(load<Real>(x, dtype, at), descending)
                 : key_of<Key, Whole>(load<std::int64_t>(x, dtype, at), descending);
}

__global__ void __launch_bounds__(block_threads)
    row_kernel(const std::int64_t* positions, std::int64_t size, std::int64_t n,
               std::int64_t* rows) {
  const std::int64_t at = thread_number();
  if (at < n) rows[at] = positions[at] / size;
}

/// The sorted elements and their positions in their lines, which replace those in all.
template <class T> __global__ void __launch_bounds__(block_threads)
    pick_kernel(const T* x, std::int64_t* positions, T* out, std::int64_t size, std::int64_t n) {
  const std::int64_t at = thread_number();
  if (at >= n) return;
  out[at] = x[positions[at]];
  positions[at] %= size;
}

/// Positions among all elements, in the order wanted. Several lines are sorted at once: first all
/// elements by key, then, stably, by line, which leaves each line sorted in its place.
template <class Key> void sort_positions(DeviceContext& context, const SortCall& call) {
  const std::int64_t n = call.rows * call.size;
  const auto count = static_cast<std::size_t>(n);
  const Scratch key_memory(context, 2 * count * sizeof(Key));
  const Scratch position_memory(context, 3 * count * sizeof(std::int64_t));
  Key* keys = key_memory.as<Key>();
  auto* positions = position_memory.as<std::int64_t>();
  launch("sort", context.stream(), launch_config_for(n), key_kernel<Key>, call.x.data, call.x.dtype,
         call.descending, n, keys, positions);
  std::int64_t* by_key = call.rows == 1 ? call.indices : positions + n;
  sort_pairs("sort", context, keys, keys + n, positions, by_key, n);
  if (call.rows == 1) return;
  launch("sort", context.stream(), launch_config_for(n), row_kernel, by_key, call.size, n,
         positions);
  sort_pairs("sort", context, positions, positions + 2 * n, by_key, call.indices, n,
             std::bit_width(static_cast<std::uint64_t>(call.rows - 1)));
}

}  // namespace

void CudaBackend::enqueue(const SortCall& call) {
  const std::int64_t n = call.rows * call.size;
  if (n == 0) return;
  if (item_size(call.x.dtype) == 8)
    sort_positions<std::uint64_t>(context_, call);
  else
    sort_positions<std::uint32_t>(context_, call);
  visit_dtype(call.x.dtype, [&]<class T>() {
    launch("sort", context_.stream(), launch_config_for(n), pick_kernel<T>,
           static_cast<const T*>(call.x.data), call.indices, static_cast<T*>(call.values.data),
           call.size, n);
  });
}

}  // namespace tandem::gpu
