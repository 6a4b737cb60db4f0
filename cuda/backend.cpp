// Memory, streams and events, and the backends of all GPUs.
#include "cuda/backend.h"

#include "core/backend/recording.h"
#include "core/backend/registry.h"

namespace tandem::gpu {
namespace {

/// The CUDA stream behind a stream of the contract.
cudaStream_t native(void* stream) { return static_cast<StreamState*>(stream)->stream(); }

}  // namespace

void* CudaBackend::allocate(std::size_t bytes) {
  return on_device([&] { return context_.allocate(bytes); });
}

void CudaBackend::release(void* data, std::size_t) noexcept { context_.release(data); }

std::size_t CudaBackend::system_bytes() const { return context_.statistics().reserved; }

void CudaBackend::copy_from_host(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  check_not_recording("copy from the host");
  on_device([&] {
    check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, context_.stream()),
               "copy from the host");
    // Whoever owns `from` may change it from here on.
    check_cuda(cudaStreamSynchronize(context_.stream()), "copy from the host");
  });
}

void CudaBackend::copy_from_pinned(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  on_device([&] {
    check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, context_.stream()),
               "copy from pinned memory");
    pinned_memory().copied_by(from, context_.index(), context_.stream());
  });
}

void CudaBackend::copy_from_gpu(void* to, GpuBackend& source, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  check_not_recording("copy between GPUs");
  const auto order = [](GpuBackend& first, GpuBackend& then) {
    const std::shared_ptr<void> event = first.new_event(false);
    first.record_event(event.get(), first.current_stream());
    then.wait_event(event.get(), then.current_stream());
  };
  order(source, *this);
  on_device([&] {
    check_cuda(cudaMemcpyPeerAsync(to, context_.index(), from, source.device_index(), bytes,
                                   context_.stream()),
               "copy between GPUs");
  });
  order(*this, source);
}

void CudaBackend::copy_to_host(void* to, const void* from, std::size_t bytes) {
  if (bytes == 0) return;
  check_not_recording("copy to the host");
  on_device([&] {
    check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, context_.stream()),
               "copy to the host");
    context_.wait();
  });
}

void CudaBackend::synchronize() {
  check_not_recording("synchronize");
  on_device([&] {
    check_cuda(context_.wait_for_streams(), "synchronize");
    context_.report_index_error();
  });
}

// ---- streams and events ----

void* CudaBackend::next_stream() {
  return on_device([&] { return &context_.next_stream(); });
}

void* CudaBackend::current_stream() { return &context_.current(); }

void CudaBackend::set_current_stream(void* stream) {
  check_not_recording("setCurrentStream");
  context_.set_current(static_cast<StreamState*>(stream));
}

void CudaBackend::synchronize_stream(void* stream) {
  check_not_recording("synchronize");
  on_device([&] {
    check_cuda(cudaStreamSynchronize(native(stream)), "synchronize");
    context_.report_index_error();
  });
}

bool CudaBackend::stream_done(void* stream) {
  return on_device([&] {
    const cudaError_t status = cudaStreamQuery(native(stream));
    if (status == cudaErrorNotReady) return false;
    check_cuda(status, "stream");
    return true;
  });
}

void* CudaBackend::native_stream(void* stream) { return native(stream); }

std::shared_ptr<void> CudaBackend::new_event(bool timing) {
  return on_device([&] {
    EventHandle event;
    const unsigned flags = timing ? cudaEventDefault : cudaEventDisableTiming;
    check_cuda(cudaEventCreateWithFlags(event.out(), flags), "event");
    const auto owner = std::make_shared<EventHandle>(std::move(event));
    return std::shared_ptr<void>(owner, static_cast<cudaEvent_t>(*owner));
  });
}

void CudaBackend::record_event(void* event, void* stream) {
  on_device([&] {
    check_cuda(cudaEventRecord(static_cast<cudaEvent_t>(event), native(stream)), "event");
  });
}

void CudaBackend::wait_event(void* event, void* stream) {
  on_device([&] {
    check_cuda(cudaStreamWaitEvent(native(stream), static_cast<cudaEvent_t>(event), 0), "event");
  });
}

void CudaBackend::synchronize_event(void* event) {
  check_not_recording("event");
  on_device([&] { check_cuda(cudaEventSynchronize(static_cast<cudaEvent_t>(event)), "event"); });
}

bool CudaBackend::event_done(void* event) {
  const cudaError_t status = cudaEventQuery(static_cast<cudaEvent_t>(event));
  if (status == cudaErrorNotReady) return false;
  check_cuda(status, "event");
  return true;
}

double CudaBackend::milliseconds_between(void* begin, void* end) {
  float result = 0;
  check_cuda(
      cudaEventElapsedTime(&result, static_cast<cudaEvent_t>(begin), static_cast<cudaEvent_t>(end)),
      "event");
  return result;
}

// ---- memory ----

void CudaBackend::use_on_stream(void* data, void* stream) { context_.use_on(data, native(stream)); }

GpuMemory CudaBackend::memory() {
  return on_device([&] {
    const MemoryStatistics pool = context_.statistics();
    GpuMemory memory{pool.allocated, pool.peak_allocated, pool.reserved, pool.peak_reserved,
                     pool.source_calls};
    check_cuda(cudaMemGetInfo(&memory.free, &memory.total), "memory");
    return memory;
  });
}

void CudaBackend::reset_peak_memory() { context_.pool().reset_peaks(); }

void CudaBackend::empty_cache() {
  check_not_recording("empty_cache");
  on_device([&] {
    check_cuda(context_.wait_for_streams(), "empty_cache");
    context_.pool().empty_cache();
  });
}

void* CudaBackend::allocate_pinned(std::size_t bytes) {
  return on_device([&] { return pinned_memory().allocate(bytes); });
}

void CudaBackend::release_pinned(void* data) noexcept { pinned_memory().release(data); }

namespace {

/// What the driver says, asked once; asking makes no context.
struct Devices {
  int count = 0;
  cudaError_t status;
  Devices() : status(cudaGetDeviceCount(&count)) {
    if (status != cudaSuccess) {
      count = 0;
      cudaGetLastError();
    }
  }
};

const Devices& devices() {
  static const Devices found;
  return found;
}

}  // namespace
}  // namespace tandem::gpu

namespace tandem {

int cuda_device_count() noexcept { return gpu::devices().count; }

std::unique_ptr<Backend> make_cuda_backend(int index) {
  const gpu::Devices& found = gpu::devices();
  check(found.count > 0, "device cuda:", index,
        " was asked for, but this machine has no GPU that CUDA can use (",
        found.status == cudaSuccess ? "none found" : cudaGetErrorString(found.status), ")");
  check(index < found.count, "device cuda:", index, " was asked for, but this machine has ",
        found.count, " GPU(s)");
  return std::make_unique<gpu::CudaBackend>(index);
}

}  // namespace tandem
