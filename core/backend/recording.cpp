// The recording flag of each thread.
#include "core/backend/recording.h"

#include "core/base/error.h"

namespace tandem {

namespace {
thread_local bool recording = false;
}  // namespace

bool recording_open() noexcept { return recording; }
void set_recording_open(bool open) noexcept { recording = open; }

void check_not_recording(const char* op) {
  check(
      !recording, op,
      ": not inside a recorded step: its values exist only when it is replayed. Read results after "
      "the step, and bring numbers onto the device before it");
}

}  // namespace tandem
