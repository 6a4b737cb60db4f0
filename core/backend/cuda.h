// GPUs: what there is, streams and events, memory. The names follow torch::cuda and c10::cuda.
//
// Work on a GPU is asked for and runs later, in the order of its stream. Each thread has a current
// stream per GPU, at first the GPU's default stream; ops run on it. Reading a value waits for it.
// Work on different streams is ordered by events alone:
//
//   cuda::Stream side = cuda::getStreamFromPool();
//   cuda::Event ready;
//   ready.record();                  // after what was asked of the current stream so far
//   ready.block(side);               // side waits for that, the host does not
//   {
//     cuda::StreamGuard guard(side);
//     y = model(x);                  // runs on side
//   }
//   x.record_stream(side);           // x's memory waits for side before it is given out again
//
// All functions throw Error when there is no such GPU.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace tandem {

/// Bytes of a GPU's memory. `reserved` is what the caching allocator holds, `allocated` the part of
/// it in tensors; peaks count since reset_peak_memory.
struct GpuMemory {
  std::size_t allocated = 0, peak_allocated = 0, reserved = 0, peak_reserved = 0;
  std::size_t driver_allocations = 0;  ///< calls since the start; a warm training loop adds none
  std::size_t free = 0, total = 0;     ///< of the device, whoever uses it
};

namespace cuda {

/// Whether there is a GPU that this build can use.
bool is_available() noexcept;
int device_count() noexcept;
/// False: no op uses cuDNN.
inline bool cudnn_is_available() noexcept { return false; }
/// "NVIDIA H200", say.
std::string get_device_name(int device_index = 0);
/// Waits until everything asked of a GPU so far is done. Throws what kernels found wrong.
void synchronize(int device_index = 0);

/// A queue of work on one GPU. A handle: copies are the same stream.
class Stream {
 public:
  int device_index() const { return device_index_; }
  /// Waits until everything asked of this stream so far is done.
  void synchronize() const;
  /// Whether it is done.
  bool query() const;
  /// The cudaStream_t, for kernels and libraries of your own.
  void* stream() const;
  friend bool operator==(const Stream&, const Stream&) = default;

 private:
  friend Stream getCurrentStream(int);
  friend Stream getDefaultStream(int);
  friend Stream getStreamFromPool(int);
  friend void setCurrentStream(const Stream&);
  friend class Event;
  friend void record_stream(const void*, const Stream&);
  Stream(int device_index, void* handle) : device_index_(device_index), handle_(handle) {}
  int device_index_;
  void* handle_;
};

/// The stream of this thread's ops.
Stream getCurrentStream(int device_index = 0);
/// The stream that is current where nobody chose one.
Stream getDefaultStream(int device_index = 0);
/// One of 32 streams per GPU, in turn.
Stream getStreamFromPool(int device_index = 0);
void setCurrentStream(const Stream& stream);
/// Memory of a tensor is used on `stream`, too: freed, it waits for that stream's work so far.
void record_stream(const void* data, const Stream& stream);

/// Makes a stream current for a scope.
class StreamGuard {
 public:
  explicit StreamGuard(const Stream& stream) : before_(getCurrentStream(stream.device_index())) {
    setCurrentStream(stream);
  }
  ~StreamGuard();
  StreamGuard(const StreamGuard&) = delete;
  StreamGuard& operator=(const StreamGuard&) = delete;

 private:
  Stream before_;
};

/// A point in a stream's work.
class Event {
 public:
  /// With timing, elapsed_time can measure from and to it.
  explicit Event(bool enable_timing = false, int device_index = 0);
  /// After what was asked of the stream so far.
  void record(const Stream& stream);
  void record();
  /// The stream's work from here on waits for the event, also across GPUs.
  void block(const Stream& stream) const;
  void synchronize() const;
  bool query() const;
  /// Milliseconds from this event to a later one, both done.
  double elapsed_time(const Event& later) const;

 private:
  int device_index_;
  std::shared_ptr<void> handle_;
};

GpuMemory memory_stats(int device_index = 0);
std::size_t memory_allocated(int device_index = 0);
std::size_t max_memory_allocated(int device_index = 0);
std::size_t memory_reserved(int device_index = 0);
void reset_peak_memory_stats(int device_index = 0);
/// Gives memory that no tensor uses back to the driver, for other programs.
void empty_cache(int device_index = 0);

/// Lets float32 products round their factors to TensorFloat-32 (10 bits of mantissa) on GPUs that
/// have it: several times faster, errors of about 1e-3. Off unless asked for.
void allow_tf32(bool allowed, int device_index = 0);
bool tf32_allowed(int device_index = 0);

}  // namespace cuda
}  // namespace tandem
