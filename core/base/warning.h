// Warnings: what is likely a mistake but can be done as asked. They go to the thread's handler;
// there is none at first, so that the library prints nothing by itself. The names are libtorch's.
#pragma once

#include <atomic>
#include <string>
#include <utility>

#include "core/base/error.h"

namespace tandem {

/// Where a warning comes from.
struct SourceLocation {
  const char* function;
  const char* file;
  int line;
};

/// What a handler is given.
class Warning {
 public:
  Warning(SourceLocation location, std::string text)
      : location_(location), text_(std::move(text)) {}
  const SourceLocation& source_location() const { return location_; }
  const std::string& msg() const { return text_; }

 private:
  SourceLocation location_;
  std::string text_;
};

/// Receives warnings, to print, collect or throw. What process() throws leaves the op that warned.
class WarningHandler {
 public:
  WarningHandler() = default;
  virtual ~WarningHandler() = default;
  WarningHandler(const WarningHandler&) = delete;
  WarningHandler& operator=(const WarningHandler&) = delete;
  /// Does nothing unless overridden.
  virtual void process(const Warning& warning);
};

/// The calling thread's handler.
class WarningUtils {
 public:
  /// Nothing is copied: the handler must live until another one is set. nullptr sets the silent
  /// handler that a thread starts with.
  static void set_warning_handler(WarningHandler* handler) noexcept;
  static WarningHandler* get_warning_handler() noexcept;
  /// Whether TANDEM_WARN_ONCE warns every time, as tests want it.
  static void set_warnAlways(bool always) noexcept;
  static bool get_warnAlways() noexcept;

  /// A handler for a scope.
  class WarningHandlerGuard {
   public:
    explicit WarningHandlerGuard(WarningHandler* handler) : previous_(get_warning_handler()) {
      set_warning_handler(handler);
    }
    ~WarningHandlerGuard() { set_warning_handler(previous_); }
    WarningHandlerGuard(const WarningHandlerGuard&) = delete;
    WarningHandlerGuard& operator=(const WarningHandlerGuard&) = delete;

   private:
    WarningHandler* previous_;
  };
  /// set_warnAlways for a scope.
  class WarnAlways {
   public:
    explicit WarnAlways(bool always = true) : previous_(get_warnAlways()) {
      set_warnAlways(always);
    }
    ~WarnAlways() { set_warnAlways(previous_); }
    WarnAlways(const WarnAlways&) = delete;
    WarnAlways& operator=(const WarnAlways&) = delete;

   private:
    bool previous_;
  };
};

/// Hands a warning to the thread's handler.
void warn(const Warning& warning);

}  // namespace tandem

/// Warns with the concatenated arguments.
#define TANDEM_WARN(...)                                           \
  ::tandem::warn(::tandem::Warning({__func__, __FILE__, __LINE__}, \
                                   ::tandem::detail::concatenate(__VA_ARGS__)))
/// Warns only when the line is first reached.
#define TANDEM_WARN_ONCE(...)                                                      \
  do {                                                                             \
    static std::atomic<bool> tandem_warned{false};                                 \
    if (!tandem_warned.exchange(true) || ::tandem::WarningUtils::get_warnAlways()) \
      TANDEM_WARN(__VA_ARGS__);                                                    \
  } while (false)
