// Random numbers: core/backend/philox.h, one thread per block of random bits.
#include "core/backend/generator_state.h"
#include "core/backend/philox.h"
#include "cuda/backend.h"
#include "cuda/kernels/launch.cuh"
#include "cuda/kernels/load_store.cuh"
#include "cuda/kernels/sort_pairs.cuh"
#include "cuda/recording.h"

namespace tandem::gpu {
namespace {

/// Seed and offset by value or, in a recording, relative to a cell that replays advance.
struct Sequence {
  std::uint64_t seed = 0, offset = 0;
  const RandomPosition* recorded = nullptr;

  TANDEM_HD philox::Words block(std::int64_t number) const {
    const std::uint64_t at = offset + static_cast<std::uint64_t>(number);
    return recorded == nullptr ? philox::block(seed, at)
                               : philox::block(recorded->seed, recorded->offset + at);
  }
};

/// A thread computes one block of 128 random bits and all elements that it gives, so no bit is
/// computed twice and none depends on how the grid is cut.
template <class T> __global__ void __launch_bounds__(block_threads)
    draw_kernel(Draw draw, Sequence sequence, T* out, std::int64_t n) {
  const std::int64_t number = thread_number();
  const int count = philox::per_block<T>(draw.distribution);
  const std::int64_t begin = number * count;
  if (begin >= n) return;
  const philox::Words words = sequence.block(number);
  for (int i = 0; i < count && begin + i < n; ++i)
    out[begin + i] = philox::element<T>(draw, words, i);
}

/// A random key per position: sorted by the keys, the positions are a permutation.
__global__ void __launch_bounds__(block_threads)
    shuffle_kernel(Sequence sequence, std::uint64_t* keys, std::int64_t* positions,
                   std::int64_t n) {
  const std::int64_t at = thread_number();
  if (at >= n) return;
  keys[at] = philox::pair(sequence.block(at / 2), static_cast<int>(at % 2));
  positions[at] = at;
}

template <class T> __global__ void __launch_bounds__(block_threads)
    narrow_kernel(const std::int64_t* from, T* to, std::int64_t n) {
  const std::int64_t at = thread_number();
  if (at < n) to[at] = static_cast<T>(from[at]);
}

template <class T>
void permutation(DeviceContext& context, const Sequence& sequence, std::int64_t n, T* out) {
  const cudaStream_t stream = context.stream();
  const Scratch memory(context, static_cast<std::size_t>(n) * 4 * sizeof(std::int64_t));
  auto* keys = memory.as<std::uint64_t>();
  std::uint64_t* sorted_keys = keys + n;
  auto* positions = reinterpret_cast<std::int64_t*>(keys + 2 * n);
  std::int64_t* shuffled = positions + n;
  launch("randperm", stream, launch_config_for(n), shuffle_kernel, sequence, keys, positions, n);
  sort_pairs("randperm", context, keys, sorted_keys, positions, shuffled, n);
  launch("randperm", stream, launch_config_for(n), narrow_kernel<T>, shuffled, out, n);
}

}  // namespace

void CudaBackend::enqueue(const RandomCall& call) {
  GeneratorState& state = *call.state;
  const std::int64_t numel = call.numel;
  visit_dtype(call.out.dtype, [&]<class T>() {
    const bool permutes = call.draw.distribution == Distribution::permutation;
    const int per_block = permutes ? 2 : philox::per_block<T>(call.draw.distribution);
    const std::int64_t blocks = (numel + per_block - 1) / per_block;
    CapturedWork* recording = context_.recording();
    const Sequence sequence = recording == nullptr ? Sequence{state.seed, state.offset}
                                                   : Sequence{0, recording->random_offset(state),
                                                              recording->random_position(state)};
    state.offset += static_cast<std::uint64_t>(blocks);
    if (permutes)
      permutation(context_, sequence, numel, static_cast<T*>(call.out.data));
    else
      launch("random", context_.stream(), launch_config_for(blocks), draw_kernel<T>, call.draw,
             sequence, static_cast<T*>(call.out.data), numel);
  });
}

}  // namespace tandem::gpu
