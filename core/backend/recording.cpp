// The recording of each thread.
#include "core/backend/recording.h"

#include "core/backend/call_recorder.h"
#include "core/base/error.h"

namespace tandem {

constinit thread_local std::vector<RecordingPart>* open_recording = nullptr;

void check_not_recording(const char* op) {
  check(
      !recording_open(), op,
      ": not inside a recorded step: its values exist only when it is replayed. Read results after "
      "the step, and bring numbers onto the device before it");
}

RecordingPart* part_of_recording(const Backend& backend) noexcept {
  if (open_recording != nullptr)
    for (RecordingPart& part : *open_recording)
      if (part.backend == &backend && part.work != nullptr) return &part;
  return nullptr;
}

Backend& recorder_of(Backend& backend) {
  RecordingPart* part = part_of_recording(backend);
  check(part != nullptr,
        "record: a device is used for the first time inside the recorded step; "
        "use it before the recording starts");
  return part->work->recorder();
}

void release_memory(Backend& backend, void* data, std::size_t bytes) noexcept {
  if (release_recorded(data)) return;
  RecordingPart* part = part_of_recording(backend);
  (part == nullptr ? backend : part->work->recorder()).release(data, bytes);
}

std::unique_ptr<RecordedWork> Backend::begin_recording() {
  return std::make_unique<RecordedCalls>(*this);
}

}  // namespace tandem
