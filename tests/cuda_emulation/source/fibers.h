// A pool of fibers on which the threads of a block run.
#pragma once

#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#define EMULATOR_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EMULATOR_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(EMULATOR_ADDRESS_SANITIZER)
#include <sanitizer/common_interface_defs.h>
#endif

namespace gpu_emulator {

/// Hands out fibers by number. A fiber runs `loop` once per resume from idle, and is idle again
/// when `loop` returns; `suspend` leaves it in the middle. One host thread at a time.
class Fibers {
 public:
  explicit Fibers(std::function<void()> loop) : loop_(std::move(loop)) {}

  /// Continues fiber `number`, or the next idle one for -1, until it suspends or is idle.
  void resume(int number = -1);
  /// From within a fiber: goes back to resume's caller.
  void suspend();

  /// The fiber that runs now.
  int current() const { return current_; }

 private:
  struct Fiber {
    boost::context::fiber context;
    void* fake_stack = nullptr;  // AddressSanitizer's
    const void* bottom = nullptr;
    std::size_t size = 0;
    bool idle = true;
  };

  void add();

  std::function<void()> loop_;
  std::vector<Fiber> fibers_;
  std::vector<int> idle_;
  boost::context::fiber caller_;
  const void* caller_bottom_ = nullptr;
  std::size_t caller_size_ = 0;
  int current_ = -1;
};

}  // namespace gpu_emulator
