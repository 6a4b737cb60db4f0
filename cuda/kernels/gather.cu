// Gathering by index, and adding by index in a fixed order: where several elements go to one place
// they are sorted by place first, and one thread adds them in the order of the source.
#include "cuda/backend.h"
#include "cuda/kernels/device_error.cuh"
#include "cuda/kernels/launch.cuh"
#include "cuda/kernels/load_store.cuh"
#include "cuda/kernels/offset_calculator.cuh"
#include "cuda/kernels/sort_pairs.cuh"

namespace tandem::gpu {
namespace {

TANDEM_HD inline std::int64_t wrapped(std::int64_t index, std::int64_t size) {
  return index < 0 ? index + size : index;
}

/// Whether an index fits its dimension; reports it if not.
__device__ bool fits(const IndexedDim& dim, std::int64_t index, std::int64_t position,
                     DeviceIndexError* fault) {
  const bool inside = index >= (dim.from_end ? -dim.size : 0) && index < dim.size;
  if (!inside)
    report_index_error(fault, DeviceIndexError::index, dim.op, index, dim.size, position);
  return inside;
}

/// One thread per element of the output; what a wrong index would read stays as it was.
template <class T> __global__ void __launch_bounds__(block_threads)
    gather_kernel(const T* source, const std::int64_t* index, T* out, OffsetCalculator<3> walk,
                  IndexedDim dim, std::int64_t n, DeviceIndexError* fault) {
  const std::int64_t position = thread_number();
  if (position >= n) return;
  const Offsets<3> at = walk(position);
  const std::int64_t where = index[at.at[1]];
  if (fits(dim, where, position, fault))
    out[at.at[0]] = source[at.at[2] + wrapped(where, dim.size) * dim.stride];
}

/// Where each element of the source goes, its own position beside it, and whether all of them fit.
__global__ void __launch_bounds__(block_threads)
    place_kernel(const std::int64_t* index, OffsetCalculator<3> walk, IndexedDim dim,
                 std::int64_t n, std::int64_t* places, std::int64_t* positions, int* misfits,
                 DeviceIndexError* fault) {
  const std::int64_t position = thread_number();
  if (position >= n) return;
  const Offsets<3> at = walk(position);
  const std::int64_t where = index[at.at[1]];
  if (!fits(dim, where, position, fault)) atomicAdd(misfits, 1);
  places[position] = at.at[0] + wrapped(where, dim.size) * dim.stride;
  positions[position] = position;
}

/// The first element of every run of equal places adds the whole run.
template <class T> __global__ void __launch_bounds__(block_threads)
    add_runs_kernel(const T* source, T* target, const std::int64_t* places,
                    const std::int64_t* positions, OffsetCalculator<3> walk, std::int64_t n,
                    const int* misfits) {
  const std::int64_t first = thread_number();
  if (first >= n || *misfits != 0) return;
  const std::int64_t place = places[first];
  if (first > 0 && places[first - 1] == place) return;
  T sum = target[place];
  for (std::int64_t i = first; i < n && places[i] == place; ++i)
    sum = static_cast<T>(sum + source[walk(positions[i]).at[2]]);
  target[place] = sum;
}

}  // namespace

void CudaBackend::enqueue(const GatherCall& call) {
  visit_dtype(call.out.dtype, [&]<class T>() {
    launch(call.dim.op, context_.stream(), launch_config_for(call.plan.numel), gather_kernel<T>,
           static_cast<const T*>(call.source.data), call.index, static_cast<T*>(call.out.data),
           OffsetCalculator<3>(call.plan), call.dim, call.plan.numel, context_.index_error_cell());
  });
}

void CudaBackend::enqueue(const ScatterAddCall& call) {
  const char* op = call.dim.op;
  const std::int64_t n = call.plan.numel;
  const OffsetCalculator<3> walk(call.plan);
  const Scratch arrays(context_, static_cast<std::size_t>(n) * 4 * sizeof(std::int64_t));
  auto* places = arrays.as<std::int64_t>();
  std::int64_t *positions = places + n, *sorted_places = places + 2 * n,
               *sorted_positions = places + 3 * n;
  const cudaStream_t stream = context_.stream();
  const Scratch misfits(context_, sizeof(int));
  check_cuda(cudaMemsetAsync(misfits.data(), 0, sizeof(int), stream), op);
  launch(op, stream, launch_config_for(n), place_kernel, call.index, walk, call.dim, n, places,
         positions, misfits.as<int>(), context_.index_error_cell());
  sort_pairs(op, context_, places, sorted_places, positions, sorted_positions, n);
  visit_dtype(call.target.dtype, [&]<class T>() {
    launch(op, stream, launch_config_for(n), add_runs_kernel<T>,
           static_cast<const T*>(call.source.data), static_cast<T*>(call.target.data),
           sorted_places, sorted_positions, walk, n, misfits.as<int>());
  });
}

}  // namespace tandem::gpu
