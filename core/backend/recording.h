// The step that this thread is recording, if any (core/ops/record.h).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "core/backend/backend.h"

namespace tandem {

/// What one backend recorded of a step.
struct RecordingPart {
  Backend* backend;
  std::unique_ptr<RecordedWork> work;
  std::vector<std::function<OptimizerStep()>> updates;  ///< how each replay's updates are found
};

/// This thread's open recording, or null.
extern constinit thread_local std::vector<RecordingPart>* open_recording;

/// Whether this thread is recording: values exist only when the recording is replayed.
inline bool recording_open() noexcept { return open_recording != nullptr; }
/// Throws Error, naming `op`, if this thread is recording: what reads or writes values on the host
/// cannot be part of a recording.
void check_not_recording(const char* op);

/// What `backend` records for this thread, or null.
RecordingPart* part_of_recording(const Backend& backend) noexcept;
/// What takes calls for `backend` inside the open recording. Throws Error if its device was not in
/// use when the recording began.
Backend& recorder_of(Backend& backend);
/// What takes this thread's calls for `backend`.
inline Backend& current_backend(Backend& backend) {
  return open_recording == nullptr ? backend : recorder_of(backend);
}

/// Gives memory back to `backend`, or to the recording that it belongs to.
void release_memory(Backend& backend, void* data, std::size_t bytes) noexcept;

}  // namespace tandem
