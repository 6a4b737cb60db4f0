// The contract with a GPU: what Backend asks for, and streams, events and pinned host memory.
#pragma once

#include "core/backend/backend.h"
#include "core/backend/cuda.h"

namespace tandem {

/// What only a GPU has: streams, events, pinned host memory. Streams and events are opaque.
class GpuBackend : public Backend {
 public:
  virtual const char* device_name() const = 0;

  virtual void* default_stream() = 0;
  /// One of a fixed number of streams, in turn.
  virtual void* next_stream() = 0;
  /// The stream of this thread's calls.
  virtual void* current_stream() = 0;
  virtual void set_current_stream(void* stream) = 0;
  virtual void synchronize_stream(void* stream) = 0;
  virtual bool stream_done(void* stream) = 0;
  /// The cudaStream_t.
  virtual void* native_stream(void* stream) = 0;

  virtual std::shared_ptr<void> new_event(bool timing) = 0;
  virtual void record_event(void* event, void* stream) = 0;
  virtual void wait_event(void* event, void* stream) = 0;
  virtual void synchronize_event(void* event) = 0;
  virtual bool event_done(void* event) = 0;
  virtual double milliseconds_between(void* begin, void* end) = 0;

  /// Memory of a tensor is used on another stream than the one it was made on: it is not given out
  /// again before that stream's work so far is done.
  virtual void use_on_stream(void* data, void* stream) = 0;
  virtual GpuMemory memory() = 0;
  virtual void reset_peak_memory() = 0;
  virtual void empty_cache() = 0;
  /// Host memory that copies read and write without waiting.
  virtual void* allocate_pinned(std::size_t bytes) = 0;
  virtual void release_pinned(void* data) noexcept = 0;
  virtual bool is_pinned(const void* data) const = 0;
  /// As copy_from_host, but returns before the copy is done; `from` is pinned.
  virtual void copy_from_pinned(void* to, const void* from, std::size_t bytes) = 0;
  /// From another GPU's memory. This GPU's stream waits for what was asked of the other one's,
  /// which then waits for the copy; the host waits for nothing.
  virtual void copy_from_gpu(void* to, GpuBackend& source, const void* from, std::size_t bytes) = 0;
  virtual int device_index() const = 0;

  /// Products of float32 may round their factors to 10 bits (TensorFloat-32). Off at first.
  virtual void allow_tf32(bool allowed) = 0;
  virtual bool tf32_allowed() const = 0;
};

}  // namespace tandem
