// Streams, device memory and index errors of one GPU.
#include "cuda/context.h"

#include <cstdlib>
#include <string>

#include "core/backend/recording.h"
#include "cuda/recording.h"

namespace tandem::gpu {
namespace {

/// The streams that a thread chose.
thread_local StreamState* current_streams[max_devices] = {};

bool caching_wanted() {
  const char* wish = std::getenv("TANDEM_CUDA_CACHE");
  return wish == nullptr || std::string(wish) != "0";
}

std::string megabytes(std::size_t bytes) {
  return detail::concatenate(static_cast<double>(bytes >> 10) / 1024, " MiB");
}

}  // namespace

StreamState::StreamState() {
  check_cuda(cudaStreamCreateWithFlags(stream_.out(), cudaStreamNonBlocking), "cudaStreamCreate");
}

cublasHandle_t StreamState::blas() {
  if (blas_ == nullptr) {
    workspace();
    check_blas(cublasCreate(blas_.out()), "cublasCreate");
    check_blas(cublasSetStream(blas_, stream_), "cublasSetStream");
    check_blas(cublasSetWorkspace(blas_, workspace_, workspace_bytes_), "cublasSetWorkspace");
  }
  return blas_;
}

void* StreamState::workspace() {
  if (workspace_ == nullptr) {
    // What cuBLAS itself asks for: 32 MiB from Hopper on, 4 MiB before.
    int device = 0, major = 0;
    check_cuda(cudaGetDevice(&device), "cudaGetDevice");
    check_cuda(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device),
               "cudaDeviceGetAttribute");
    workspace_bytes_ = std::size_t{major >= 9 ? 32u : 4u} << 20;
    check_cuda(cudaMalloc(workspace_.out(), workspace_bytes_), "the workspace of cuBLAS");
  }
  return workspace_;
}

unsigned* StreamState::block_counters() {
  const std::lock_guard lock(mutex_);
  if (counters_ == nullptr) {
    check_cuda(cudaMalloc(counters_.out(), counters * sizeof(unsigned)), "block counters");
    check_cuda(cudaMemsetAsync(counters_, 0, counters * sizeof(unsigned), stream_),
               "block counters");
  }
  return static_cast<unsigned*>(static_cast<void*>(counters_));
}

void* DriverMemory::allocate(std::size_t bytes) {
  void* data = nullptr;
  const cudaError_t status = cudaMalloc(&data, bytes);
  if (status == cudaErrorMemoryAllocation) {
    cudaGetLastError();
    return nullptr;
  }
  check_cuda(status, "cudaMalloc");
  return data;
}

void DriverMemory::release(void* data, std::size_t) noexcept {
  cudaFree(data);
  cudaGetLastError();
}

MemorySource::Event DriverMemory::record_event(StreamKey stream) noexcept {
  return std::make_shared<EventHandle>(
      event_after(context_.index(), static_cast<cudaStream_t>(const_cast<void*>(stream))));
}

bool DriverMemory::passed(const Event& event) noexcept {
  return gpu::passed(*static_cast<const EventHandle*>(event.get()));
}

void DriverMemory::synchronize() noexcept { context_.wait_for_streams(); }

DeviceContext::DeviceContext(Backend& backend, int index)
    : backend_(backend), index_(index), driver_(*this), pool_(driver_, caching_wanted()) {
  const DeviceScope scope(index);
  check_cuda(cudaGetDeviceProperties(&properties_, index), "cudaGetDeviceProperties");
  default_stream_ = std::make_unique<StreamState>();
  void* data = nullptr;
  check_cuda(
      cudaHostAlloc(&data, sizeof(DeviceIndexError), cudaHostAllocPortable | cudaHostAllocMapped),
      "index check");
  fault_ = new (data) DeviceIndexError{};
}

cudaError_t DeviceContext::wait_for_streams() noexcept {
  const std::lock_guard lock(streams_mutex_);
  cudaError_t status = cudaStreamSynchronize(default_stream_->stream());
  for (const std::unique_ptr<StreamState>& state : streams_)
    if (state != nullptr && status == cudaSuccess) status = cudaStreamSynchronize(state->stream());
  return status;
}

cublasLtHandle_t DeviceContext::blas_lt() {
  const std::lock_guard lock(mutex_);
  if (blas_lt_ == nullptr) check_blas(cublasLtCreate(&blas_lt_), "cublasLtCreate");
  return blas_lt_;
}

StreamState& DeviceContext::next_stream() {
  const std::lock_guard lock(streams_mutex_);
  std::unique_ptr<StreamState>& state = streams_[next_++ % streams_.size()];
  if (state == nullptr) state = std::make_unique<StreamState>();
  return *state;
}

StreamState& DeviceContext::current() {
  StreamState* state = current_streams[index_];
  return state == nullptr ? *default_stream_ : *state;
}

void DeviceContext::set_current(StreamState* state) { current_streams[index_] = state; }

CapturedWork* DeviceContext::recording() {
  RecordingPart* part = part_of_recording(backend_);
  return part == nullptr ? nullptr : static_cast<CapturedWork*>(part->work.get());
}

void* DeviceContext::allocate(std::size_t bytes) {
  CapturedWork* open = recording();
  void* data = open != nullptr ? open->allocate(bytes) : pool_.allocate(bytes, stream());
  if (data == nullptr) fail<OutOfMemoryError>(memory_text(bytes));
  return data;
}

void DeviceContext::release(void* data) noexcept {
  if (CapturedWork* open = recording(); open != nullptr && open->adopts(data)) return;
  release_to_pool(data);
}

void DeviceContext::release_to_pool(void* data) noexcept {
  if (pool_.release(data)) return;
  {
    const std::lock_guard lock(mutex_);
    for (const std::shared_ptr<BlockPool>& pool : recorded_pools_)
      if (pool->release(data)) break;
  }
  drop_unused_pools();
}

void DeviceContext::drop_unused_pools() noexcept {
  const std::lock_guard lock(mutex_);
  std::erase_if(recorded_pools_, [](const std::shared_ptr<BlockPool>& pool) {
    return pool.use_count() == 1 && pool->blocks_in_use() == 0;
  });
}

void DeviceContext::use_on(void* data, cudaStream_t stream) {
  if (pool_.use_on(data, stream)) return;
  const std::lock_guard lock(mutex_);
  for (const std::shared_ptr<BlockPool>& pool : recorded_pools_)
    if (pool->use_on(data, stream)) return;
}

void DeviceContext::add_pool(std::shared_ptr<BlockPool> pool) {
  const std::lock_guard lock(mutex_);
  recorded_pools_.push_back(std::move(pool));
}

MemoryStatistics DeviceContext::statistics() {
  MemoryStatistics total = pool_.statistics();
  const std::lock_guard lock(mutex_);
  for (const std::shared_ptr<BlockPool>& pool : recorded_pools_) {
    const MemoryStatistics part = pool->statistics();
    total.allocated += part.allocated;
    total.peak_allocated += part.peak_allocated;
    total.reserved += part.reserved;
    total.peak_reserved += part.peak_reserved;
    total.source_calls += part.source_calls;
  }
  return total;
}

std::string DeviceContext::memory_text(std::size_t requested) {
  std::size_t free = 0, total = 0;
  if (cudaMemGetInfo(&free, &total) != cudaSuccess) cudaGetLastError();
  const MemoryStatistics statistics = this->statistics();
  return detail::concatenate("cuda:", index_, ": out of memory: requested ", megabytes(requested),
                             "; ", megabytes(statistics.allocated), " in tensors, ",
                             megabytes(statistics.reserved - statistics.allocated), " cached, ",
                             megabytes(free), " free of ", megabytes(total), " on the device");
}

void DeviceContext::report_index_error() {
  // The cell is host memory that kernels write through; `found` is set last.
  std::atomic_ref<int> found_kind(fault_->found);
  if (found_kind.load(std::memory_order_acquire) <= DeviceIndexError::none) return;
  const DeviceIndexError fault = *fault_;
  found_kind.store(DeviceIndexError::none, std::memory_order_release);
  const std::string found =
      fault.found == DeviceIndexError::label
          ? detail::concatenate("label ", fault.value, " at row ", fault.place, " is outside [0, ",
                                fault.size, ") and is not ignore_index")
          : detail::concatenate("index ", fault.value, " is out of range for a dimension of size ",
                                fault.size);
  fail<IndexError>(fault.op, ": ", found, " (a kernel on cuda:", index_,
                   " found it; what was computed from there on may be wrong)");
}

void DeviceContext::wait() {
  check_cuda(cudaStreamSynchronize(stream()), "synchronize");
  report_index_error();
}

}  // namespace tandem::gpu
