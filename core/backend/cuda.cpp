// The public GPU functions, in terms of the GPU backends.
#include "core/backend/cuda.h"

#include "core/backend/gpu_backend.h"
#include "core/backend/registry.h"
#include "core/base/error.h"

namespace tandem::cuda {

bool is_available() noexcept { return cuda_device_count() > 0; }
int device_count() noexcept { return cuda_device_count(); }

std::string get_device_name(int device_index) { return cuda_backend(device_index).device_name(); }
void synchronize(int device_index) { cuda_backend(device_index).synchronize(); }

void Stream::synchronize() const { cuda_backend(device_index_).synchronize_stream(handle_); }
bool Stream::query() const { return cuda_backend(device_index_).stream_done(handle_); }
void* Stream::stream() const { return cuda_backend(device_index_).native_stream(handle_); }

Stream getCurrentStream(int device_index) {
  return {device_index, cuda_backend(device_index).current_stream()};
}
Stream getDefaultStream(int device_index) {
  return {device_index, cuda_backend(device_index).default_stream()};
}
Stream getStreamFromPool(int device_index) {
  return {device_index, cuda_backend(device_index).next_stream()};
}
void setCurrentStream(const Stream& stream) {
  cuda_backend(stream.device_index_).set_current_stream(stream.handle_);
}
void record_stream(const void* data, const Stream& stream) {
  cuda_backend(stream.device_index_).use_on_stream(const_cast<void*>(data), stream.handle_);
}

StreamGuard::~StreamGuard() {
  try {
    setCurrentStream(before_);
  } catch (const Error&) {  // inside a recording, which keeps its own stream
  }
}

Event::Event(bool enable_timing, int device_index)
    : device_index_(device_index), handle_(cuda_backend(device_index).new_event(enable_timing)) {}

void Event::record(const Stream& stream) {
  cuda_backend(device_index_).record_event(handle_.get(), stream.handle_);
}
void Event::record() { record(getCurrentStream(device_index_)); }
void Event::block(const Stream& stream) const {
  cuda_backend(stream.device_index_).wait_event(handle_.get(), stream.handle_);
}
void Event::synchronize() const { cuda_backend(device_index_).synchronize_event(handle_.get()); }
bool Event::query() const { return cuda_backend(device_index_).event_done(handle_.get()); }
double Event::elapsed_time(const Event& later) const {
  return cuda_backend(device_index_).milliseconds_between(handle_.get(), later.handle_.get());
}

GpuMemory memory_stats(int device_index) { return cuda_backend(device_index).memory(); }
std::size_t memory_allocated(int device_index) { return memory_stats(device_index).allocated; }
std::size_t max_memory_allocated(int device_index) {
  return memory_stats(device_index).peak_allocated;
}
std::size_t memory_reserved(int device_index) { return memory_stats(device_index).reserved; }
void reset_peak_memory_stats(int device_index) { cuda_backend(device_index).reset_peak_memory(); }
void empty_cache(int device_index) { cuda_backend(device_index).empty_cache(); }

void allow_tf32(bool allowed, int device_index) { cuda_backend(device_index).allow_tf32(allowed); }
bool tf32_allowed(int device_index) { return cuda_backend(device_index).tf32_allowed(); }

}  // namespace tandem::cuda
