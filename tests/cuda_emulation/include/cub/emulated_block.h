// Reductions and scans within a block or a warp, through shared memory and real barriers.
//
// As in CUB there is no barrier at the end: who uses the storage again has to place one. Results
// that CUB leaves undefined are 0xCC bytes.
#pragma once

#include <cstring>

#include "cub/emulated_device.h"

namespace gpu_emulator {

template <class T> T undefined_value() {
  T value{};
  std::memset(static_cast<void*>(&value), 0xcc, sizeof value);
  return value;
}

}  // namespace gpu_emulator

namespace cub {

enum BlockReduceAlgorithm {
  BLOCK_REDUCE_RAKING_COMMUTATIVE_ONLY,
  BLOCK_REDUCE_RAKING,
  BLOCK_REDUCE_WARP_REDUCTIONS
};
enum BlockScanAlgorithm { BLOCK_SCAN_RAKING, BLOCK_SCAN_RAKING_MEMOIZE, BLOCK_SCAN_WARP_SCANS };

/// The result is thread 0's.
template <class T, int x, BlockReduceAlgorithm = BLOCK_REDUCE_WARP_REDUCTIONS, int y = 1, int z = 1>
class BlockReduce {
 public:
  struct TempStorage {
    T values[x * y * z];
  };

  explicit BlockReduce(TempStorage& storage) : storage_(storage) {}

  template <class Op>
  T Reduce(T value, Op op, int count, gpu_emulator::Site site = gpu_emulator::Site::here()) {
    const unsigned thread = gpu_emulator::linear_thread();
    storage_.values[thread] = value;
    __syncthreads(site);
    if (thread != 0) return gpu_emulator::undefined_value<T>();
    return gpu_emulator::fold(storage_.values, 1, count, op, storage_.values[0]);
  }
  template <class Op>
  T Reduce(T value, Op op, gpu_emulator::Site site = gpu_emulator::Site::here()) {
    return Reduce(value, op, x * y * z, site);
  }
  T Sum(T value, gpu_emulator::Site site = gpu_emulator::Site::here()) {
    return Reduce(value, gpu_emulator::Plus{}, x * y * z, site);
  }
  T Sum(T value, int count, gpu_emulator::Site site = gpu_emulator::Site::here()) {
    return Reduce(value, gpu_emulator::Plus{}, count, site);
  }

 private:
  TempStorage& storage_;
};

/// The result is that of the first lane of each logical warp.
template <class T, int lanes = 32> class WarpReduce {
 public:
  struct TempStorage {
    T values[lanes];
  };

  explicit WarpReduce(TempStorage& storage) : storage_(storage) {}

  template <class Op> T Reduce(T value, Op op, int count = lanes,
                               gpu_emulator::Site site = gpu_emulator::Site::here()) {
    const unsigned lane = gpu_emulator::linear_thread() % 32;
    const unsigned first = lane / lanes * lanes;
    const unsigned mask = (lanes == 32 ? ~0u : (1u << lanes % 32) - 1) << first;
    storage_.values[lane - first] = value;
    __syncwarp(mask, site);
    if (lane != first) return gpu_emulator::undefined_value<T>();
    return gpu_emulator::fold(storage_.values, 1, count, op, storage_.values[0]);
  }
  T Sum(T value, int count = lanes, gpu_emulator::Site site = gpu_emulator::Site::here()) {
    return Reduce(value, gpu_emulator::Plus{}, count, site);
  }

 private:
  TempStorage& storage_;
};

/// One item per thread.
template <class T, int x, BlockScanAlgorithm = BLOCK_SCAN_RAKING, int y = 1, int z = 1>
class BlockScan {
 public:
  struct TempStorage {
    T values[x * y * z];
  };

  explicit BlockScan(TempStorage& storage) : storage_(storage) {}

  template <class Op> void InclusiveScan(T value, T& result, Op op, T& total,
                                         gpu_emulator::Site site = gpu_emulator::Site::here()) {
    const unsigned thread = share(value, site);
    result = gpu_emulator::fold(storage_.values, 1, thread + 1, op, storage_.values[0]);
    total = gpu_emulator::fold(storage_.values, 1, x * y * z, op, storage_.values[0]);
  }
  void InclusiveSum(T value, T& result, T& total,
                    gpu_emulator::Site site = gpu_emulator::Site::here()) {
    InclusiveScan(value, result, gpu_emulator::Plus{}, total, site);
  }
  void InclusiveSum(T value, T& result, gpu_emulator::Site site = gpu_emulator::Site::here()) {
    T total;
    InclusiveSum(value, result, total, site);
  }
  void ExclusiveSum(T value, T& result, T& total,
                    gpu_emulator::Site site = gpu_emulator::Site::here()) {
    const unsigned thread = share(value, site);
    result = gpu_emulator::fold(storage_.values, 0, thread, gpu_emulator::Plus{}, T{});
    total = gpu_emulator::fold(storage_.values, 0, x * y * z, gpu_emulator::Plus{}, T{});
  }
  void ExclusiveSum(T value, T& result, gpu_emulator::Site site = gpu_emulator::Site::here()) {
    T total;
    ExclusiveSum(value, result, total, site);
  }

 private:
  unsigned share(T value, gpu_emulator::Site site) {
    const unsigned thread = gpu_emulator::linear_thread();
    storage_.values[thread] = value;
    __syncthreads(site);
    return thread;
  }

  TempStorage& storage_;
};

}  // namespace cub
