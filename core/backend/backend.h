// The contract between core and a device: run() for every call of core/backend/calls.h, and memory.
//
// A backend sees raw operands and plans only. Core checks shapes and dtypes, allocates outputs and
// keeps them alive; a backend runs, on the current stream of its device, in the order of the calls.
// An output may be the same memory, walked the same way, as an input; other overlaps never reach a
// backend.
#pragma once

#include <cstddef>
#include <memory>

#include "core/backend/calls.h"

namespace tandem {

class Backend;

/// A part of a step, recorded by one backend: from its creation to finish() this thread's calls are
/// kept and do not run. Destroyed before finish(), after an error, it forgets them.
class RecordedWork {
 public:
  virtual ~RecordedWork() = default;
  /// Takes this thread's calls until finish().
  virtual Backend& recorder() = 0;
  /// Ends the recording and returns how many calls, or nodes of a CUDA graph, were recorded.
  virtual std::size_t finish() = 0;
  /// Runs it, with memory of its own, on the stream that is current now.
  virtual void replay() = 0;
  /// What is asked of the current stream from here on comes after the last replay, wherever that
  /// ran: its memory may be written then.
  virtual void order_after_replay() {}
  /// Sets what optimizer update number `update`, in the order of recording, uses next. Replays
  /// advance the step by themselves.
  virtual void set_optimizer_step(std::size_t update, const OptimizerStep& step) = 0;
};

/// One pure virtual run() for each call of the list.
template <class Calls> class RunsCalls;
template <class Call> class RunsCalls<CallList<Call>> {
 public:
  virtual ~RunsCalls() = default;
  virtual void run(const Call& call) = 0;
};
template <class Call, class... Rest> class RunsCalls<CallList<Call, Rest...>>
    : public RunsCalls<CallList<Rest...>> {
 public:
  using RunsCalls<CallList<Rest...>>::run;
  virtual void run(const Call& call) = 0;
};

class Backend : public RunsCalls<BackendCalls> {
 public:
  /// At least `bytes` bytes, 64-byte aligned; throws OutOfMemoryError.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* data, std::size_t bytes) noexcept = 0;
  /// Bytes asked of the system so far; a warm training loop adds none.
  virtual std::size_t system_bytes() const = 0;
  virtual void copy_from_host(void* to, const void* from, std::size_t bytes) = 0;
  virtual void copy_to_host(void* to, const void* from, std::size_t bytes) = 0;
  /// Waits until everything asked so far is done.
  virtual void synchronize() = 0;
  /// Unless a backend knows better, its calls are kept in a list (core/backend/call_recorder.h).
  virtual std::unique_ptr<RecordedWork> begin_recording();
};

/// Implements every run() of Base by Derived's template run_any(call), for what treats all calls
/// alike.
template <class Derived, class Base, class Calls = BackendCalls> class RunsAny;
template <class Derived, class Base> class RunsAny<Derived, Base, CallList<>> : public Base {};
template <class Derived, class Base, class Call, class... Rest>
class RunsAny<Derived, Base, CallList<Call, Rest...>>
    : public RunsAny<Derived, Base, CallList<Rest...>> {
 public:
  using Base::run;
  void run(const Call& call) final { static_cast<Derived*>(this)->run_any(call); }
};

}  // namespace tandem
