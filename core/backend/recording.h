// Whether this thread is recording a step (core/ops/record.h).
#pragma once

namespace tandem {

/// Whether this thread is recording: values exist only when the recording is replayed.
bool recording_open() noexcept;
void set_recording_open(bool open) noexcept;
/// Throws Error, naming `op`, if this thread is recording: what reads or writes values on the host
/// cannot be part of a recording.
void check_not_recording(const char* op);

}  // namespace tandem
