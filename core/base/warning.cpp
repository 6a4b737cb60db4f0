// Each thread's handler of warnings.
#include "core/base/warning.h"

#include <atomic>

namespace tandem {

namespace {

WarningHandler silent;
thread_local WarningHandler* handler = &silent;
std::atomic<bool> warn_always{false};

}  // namespace

void WarningHandler::process(const Warning& /*warning*/) {}

void WarningUtils::set_warning_handler(WarningHandler* next) noexcept {
  handler = next == nullptr ? &silent : next;
}
WarningHandler* WarningUtils::get_warning_handler() noexcept { return handler; }
void WarningUtils::set_warnAlways(bool always) noexcept { warn_always = always; }
bool WarningUtils::get_warnAlways() noexcept { return warn_always; }

void warn(const Warning& warning) { handler->process(warning); }

}  // namespace tandem
