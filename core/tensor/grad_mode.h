// Turning the gradient tape on and off, per thread.
#pragma once

namespace tandem {

/// RAII guard: this thread records nothing on the tape.
class NoGradGuard {
 public:
  NoGradGuard();
  ~NoGradGuard();
  NoGradGuard(const NoGradGuard&) = delete;
  NoGradGuard& operator=(const NoGradGuard&) = delete;

 private:
  bool before_;
};

/// RAII guard: turns this thread's recording on the tape on or off.
class AutoGradMode {
 public:
  explicit AutoGradMode(bool enabled);
  ~AutoGradMode();
  AutoGradMode(const AutoGradMode&) = delete;
  AutoGradMode& operator=(const AutoGradMode&) = delete;

 private:
  bool before_;
};

/// RAII guard: this thread records.
struct EnableGradGuard : AutoGradMode {
  EnableGradGuard() : AutoGradMode(true) {}
};
/// The state itself.
struct GradMode {
  static bool is_enabled();
  static void set_enabled(bool enabled);
};
/// RAII guard: as NoGradGuard unless it is told false.
class InferenceMode : public AutoGradMode {
 public:
  explicit InferenceMode(bool enabled = true);
};

/// Whether this thread records ops on the tape. On at first.
bool is_grad_enabled();

}  // namespace tandem
