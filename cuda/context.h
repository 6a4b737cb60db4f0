// What the backend keeps per GPU and per stream. Nothing here is made before a GPU is first used.
#pragma once

#include <cublasLt.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "core/base/device_types.h"
#include "cuda/block_pool.h"
#include "cuda/check.h"
#include "cuda/handle.h"

namespace tandem::gpu {

class CapturedWork;  // cuda/recording.h

/// Makes a GPU the thread's current one for a scope.
class DeviceScope {
 public:
  explicit DeviceScope(int index) {
    check_cuda(cudaGetDevice(&before_), "cudaGetDevice");
    if (before_ != index) check_cuda(cudaSetDevice(index), "cudaSetDevice");
    changed_ = before_ != index;
  }
  ~DeviceScope() {
    if (changed_) cudaSetDevice(before_);
  }
  DeviceScope(const DeviceScope&) = delete;
  DeviceScope& operator=(const DeviceScope&) = delete;

 private:
  int before_ = 0;
  bool changed_ = false;
};

/// A stream with what only one stream at a time may use: the workspace of its products, and the
/// counters by which the last block of a kernel knows that it is the last.
class StreamState {
 public:
  /// Counters that a kernel may use; all are 0 between kernels.
  static constexpr int counters = 1 << 16;

  StreamState();
  StreamState(const StreamState&) = delete;
  StreamState& operator=(const StreamState&) = delete;

  cudaStream_t stream() const { return stream_; }
  /// cuBLAS on this stream, with `workspace_bytes` of workspace. Hold the mutex while using it.
  cublasHandle_t blas();
  void* workspace();
  std::size_t workspace_bytes() const { return workspace_bytes_; }
  std::mutex& mutex() { return mutex_; }
  unsigned* block_counters();

 private:
  StreamHandle stream_;
  DeviceMemory workspace_, counters_;
  BlasHandle blas_;
  std::size_t workspace_bytes_ = 0;
  std::mutex mutex_;
};

class DeviceContext;

/// The driver as a source of segments.
class DriverMemory final : public MemorySource {
 public:
  explicit DriverMemory(DeviceContext& context) : context_(context) {}
  void* allocate(std::size_t bytes) override;
  void release(void* data, std::size_t bytes) noexcept override;
  Event record_event(StreamKey stream) noexcept override;
  bool passed(const Event& event) noexcept override;
  void synchronize() noexcept override;

 private:
  DeviceContext& context_;
};

/// An index that a kernel found outside its dimension. Kernels cannot throw: they leave the first
/// one here, and the next call that waits for the device throws it.
struct DeviceIndexError {
  enum Kind : int { claimed = -1, none, index, label };
  int found;
  const char* op;  ///< a literal of the host
  std::int64_t value, size, place;
};

class DeviceContext {
 public:
  DeviceContext(Backend& backend, int index);

  int index() const { return index_; }
  const cudaDeviceProp& properties() const { return properties_; }
  cublasLtHandle_t blas_lt();

  StreamState& default_stream() { return *default_stream_; }
  StreamState& next_stream();
  /// The stream of this thread's calls: the recording's, if one is open.
  StreamState& current();
  void set_current(StreamState* state);
  cudaStream_t stream() { return current().stream(); }

  /// Memory for the current stream, from the open recording's pool if there is one. Throws
  /// OutOfMemoryError.
  void* allocate(std::size_t bytes);
  /// Inside a recording, memory from before it stays until the recording is gone: recorded kernels
  /// may read it.
  void release(void* data) noexcept;
  /// Back to the pool that it came from.
  void release_to_pool(void* data) noexcept;
  void use_on(void* data, cudaStream_t stream);
  BlockPool& pool() { return pool_; }
  DriverMemory& driver() { return driver_; }

  /// This thread's open recording, or null.
  CapturedWork* recording();
  /// Pools of recordings outlive them while tensors use their memory.
  void add_pool(std::shared_ptr<BlockPool> pool);
  /// Gives the memory of those that are gone, and that no tensor uses, back to the driver.
  void drop_unused_pools() noexcept;
  /// Of all pools together.
  MemoryStatistics statistics();

  /// Waits for the current stream, then reports index faults.
  void wait();
  /// Throws the IndexError that a finished kernel left, if any.
  void report_index_error();
  /// Where kernels leave faults: host memory that the GPU sees.
  DeviceIndexError* index_error_cell() { return fault_; }
  /// Waits for the streams that have work of ops; never for recordings that other threads have
  /// open, which waiting for the whole device would break.
  cudaError_t wait_for_streams() noexcept;

 private:
  std::string memory_text(std::size_t requested);

  Backend& backend_;
  const int index_;
  cudaDeviceProp properties_ = {};
  DriverMemory driver_;
  BlockPool pool_;
  std::mutex mutex_, streams_mutex_;
  std::vector<std::shared_ptr<BlockPool>> recorded_pools_;
  std::unique_ptr<StreamState> default_stream_;
  std::array<std::unique_ptr<StreamState>, 32> streams_;
  unsigned next_ = 0;
  cublasLtHandle_t blas_lt_ = nullptr;
  DeviceIndexError* fault_ = nullptr;
};

/// Temporary device memory of the current stream; handed back, in the stream's order, at the end of
/// the scope.
class Scratch {
 public:
  Scratch(DeviceContext& context, std::size_t bytes)
      : context_(context), data_(bytes > 0 ? context.allocate(bytes) : nullptr) {}
  ~Scratch() {
    if (data_ != nullptr) context_.release(data_);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  void* data() const { return data_; }
  template <class T> T* as() const { return static_cast<T*>(data_); }

 private:
  DeviceContext& context_;
  void* data_;
};

}  // namespace tandem::gpu
