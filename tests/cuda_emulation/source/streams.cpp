// Streams and events. A stream works at once in the thread that calls, so that outside of a capture
// there is never anything to wait for.
#include "streams.h"

#include <algorithm>
#include <cstdint>

#include "emulator/launch.h"
#include "emulator/runtime_api.h"

namespace gpu_emulator {
namespace {

// One device work at a time in the process: threadIdx and __shared__ are plain variables.
std::mutex& device_mutex() {
  static auto* const one = new std::mutex;
  return *one;
}

void run(Work kind, int device, const std::function<void()>& work) {
  if (kind == Work::host) return work();
  const std::lock_guard lock(device_mutex());
  const DeviceAccess access(kind == Work::copy ? (1u << device_count()) - 1 : 1u << device);
  work();
}

// Both merge what `from` waits for into `to`.
void merge(Clock& to, const Clock& from) {
  for (const auto& [stream, position] : from) to[stream] = std::max(to[stream], position);
}

void invalidate(const std::shared_ptr<Capture>& capture) { capture->invalid = true; }

/// A call that would wait for `capture`.
cudaError_t refuse(const std::shared_ptr<Capture>& capture) {
  invalidate(capture);
  return cudaErrorStreamCaptureUnsupported;
}

bool in_capture(cudaStream_t stream) { return stream != nullptr && stream->capture != nullptr; }

cudaError_t create_stream(cudaStream_t* stream) {
  if (device_count() == 0) return cudaErrorNoDevice;
  *stream = new CUstream_st;
  (*stream)->device = current_device();
  return cudaSuccess;
}

cudaError_t wait_for_stream(cudaStream_t stream) {
  if (stream == nullptr) {
    return any_capture_forbids() ? cudaErrorStreamCaptureUnsupported : cudaSuccess;
  }
  {
    const std::lock_guard lock(streams_mutex());
    if (in_capture(stream)) return refuse(stream->capture);
  }
  return capture_forbids() ? cudaErrorStreamCaptureUnsupported : cudaSuccess;
}

cudaError_t wait_for_event(cudaEvent_t event) {
  if (event == nullptr) return cudaErrorInvalidResourceHandle;
  {
    const std::lock_guard lock(streams_mutex());
    if (event->capture) {
      invalidate(event->capture);
      return cudaErrorCapturedEvent;
    }
  }
  return capture_forbids() ? cudaErrorStreamCaptureUnsupported : cudaSuccess;
}

cudaError_t record(cudaEvent_t event, cudaStream_t stream) {
  const int device = stream == nullptr ? current_device() : stream->device;
  if (event == nullptr || event->device != device) return cudaErrorInvalidResourceHandle;
  const std::lock_guard lock(streams_mutex());
  event->recorded = true;
  event->time = std::chrono::steady_clock::now();
  event->capture = nullptr;
  if (in_capture(stream)) {
    event->capture = stream->capture;
    event->clock = stream->clock;
  }
  return cudaSuccess;
}

cudaError_t make_wait(cudaStream_t stream, cudaEvent_t event) {
  if (event == nullptr) return cudaErrorInvalidResourceHandle;
  const std::lock_guard lock(streams_mutex());
  const bool pending = event->capture && !event->capture->ended;
  if (!in_capture(stream)) {
    if (!pending) return cudaSuccess;
    if (stream == nullptr) {
      invalidate(event->capture);
      return cudaErrorStreamCaptureImplicit;
    }
    stream->capture = event->capture;
    stream->clock = {{stream, 0}};
    stream->capture->streams.push_back(stream);
  } else if (event->capture != stream->capture) {
    invalidate(stream->capture);
    return pending ? cudaErrorStreamCaptureMerge : cudaErrorStreamCaptureIsolation;
  }
  // A wait counts as work of the stream, as the capture ends with all streams joined.
  merge(stream->clock, event->clock);
  ++stream->clock[stream];
  return cudaSuccess;
}

}  // namespace

std::mutex& streams_mutex() {
  static auto* const one = new std::mutex;
  return *one;
}

void run_nodes(const std::vector<Node>& nodes) {
  for (const Node& node : nodes) run(node.kind, node.device, node.work);
}

cudaError_t submit(cudaStream_t stream, Work kind, std::function<void()> work) {
  if (device_count() == 0) return remember(cudaErrorNoDevice);
  const int device = stream == nullptr ? current_device() : stream->device;
  if (kind == Work::kernel && device != current_device()) {
    return remember(cudaErrorInvalidResourceHandle);
  }
  {
    const std::lock_guard lock(streams_mutex());
    if (in_capture(stream)) {
      if (stream->capture->invalid) return remember(cudaErrorStreamCaptureInvalidated);
      stream->capture->nodes.push_back({kind, device, std::move(work)});
      ++stream->clock[stream];
      return cudaSuccess;
    }
  }
  run(kind, device, work);
  return cudaSuccess;
}

cudaError_t check_launch(const cudaLaunchConfig_t& config) {
  const dim3 grid = config.gridDim, block = config.blockDim;
  const std::uint64_t threads = std::uint64_t{block.x} * block.y * block.z;
  const bool fits = threads >= 1 && threads <= 1024 && block.z <= 64 && grid.x >= 1 &&
                    grid.y >= 1 && grid.z >= 1 && grid.x <= 2147483647u && grid.y <= 65535 &&
                    grid.z <= 65535;
  if (!fits) return remember(cudaErrorInvalidConfiguration);
  return remember(config.dynamicSmemBytes == 0 ? cudaSuccess : cudaErrorNotSupported);
}

}  // namespace gpu_emulator

using namespace gpu_emulator;

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  return remember(create_stream(stream));
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  if (stream == nullptr) return remember(cudaErrorInvalidResourceHandle);
  {
    const std::lock_guard lock(streams_mutex());
    if (const auto capture = stream->capture) {
      invalidate(capture);
      if (capture->origin == stream) finish(capture);
      std::erase(capture->streams, stream);
    }
  }
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) { return remember(wait_for_stream(stream)); }

cudaError_t cudaStreamQuery(cudaStream_t stream) { return remember(wait_for_stream(stream)); }

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  return remember(make_wait(stream, event));
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  if (device_count() == 0) return remember(cudaErrorNoDevice);
  *event = new CUevent_st;
  (*event)->device = current_device();
  (*event)->timed = (flags & cudaEventDisableTiming) == 0;
  return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  if (event == nullptr) return remember(cudaErrorInvalidResourceHandle);
  delete event;
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return remember(record(event, stream));
}

cudaError_t cudaEventQuery(cudaEvent_t event) { return remember(wait_for_event(event)); }

cudaError_t cudaEventSynchronize(cudaEvent_t event) { return remember(wait_for_event(event)); }

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  const bool measured = start != nullptr && end != nullptr && start->timed && end->timed &&
                        start->recorded && end->recorded;
  if (!measured) return remember(cudaErrorInvalidResourceHandle);
  *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
  return cudaSuccess;
}
