// Whether this thread records on the tape.
#include "core/tensor/grad_mode.h"

namespace tandem {

namespace {
thread_local bool grad_enabled = true;
}

bool is_grad_enabled() { return grad_enabled; }
AutoGradMode::AutoGradMode(bool enabled) : before_(grad_enabled) { grad_enabled = enabled; }
AutoGradMode::~AutoGradMode() { grad_enabled = before_; }
NoGradGuard::NoGradGuard() : before_(grad_enabled) { grad_enabled = false; }
NoGradGuard::~NoGradGuard() { grad_enabled = before_; }

bool GradMode::is_enabled() { return grad_enabled; }
void GradMode::set_enabled(bool enabled) { grad_enabled = enabled; }
InferenceMode::InferenceMode(bool enabled) : AutoGradMode(grad_enabled && !enabled) {}

}  // namespace tandem
