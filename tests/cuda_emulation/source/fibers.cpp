// Switches between the fibers, and tells AddressSanitizer of it.
#include "fibers.h"

namespace gpu_emulator {
namespace {

#if defined(EMULATOR_ADDRESS_SANITIZER)
// Instrumented frames are several times as large.
constexpr std::size_t stack_bytes = 512 * 1024;

void start_switch(void** fake_stack, const void* bottom, std::size_t size) {
  __sanitizer_start_switch_fiber(fake_stack, bottom, size);
}
void finish_switch(void* fake_stack, const void** bottom, std::size_t* size) {
  __sanitizer_finish_switch_fiber(fake_stack, bottom, size);
}
#else
constexpr std::size_t stack_bytes = 64 * 1024;

void start_switch(void**, const void*, std::size_t) {}
void finish_switch(void*, const void**, std::size_t*) {}
#endif

/// Notes where the stack lies, which AddressSanitizer wants to know at every switch.
class NotedStack {
 public:
  NotedStack(std::size_t number, const void** bottom, std::size_t* size)
      : skipped_(number * 320 % 8192), bottom_(bottom), size_(size) {}

  boost::context::stack_context allocate() {
    auto stack = stacks_.allocate();
    // Tops at one place of their pages would all fight for the same few lines of the cache.
    stack.sp = static_cast<char*>(stack.sp) - skipped_;
    stack.size -= skipped_;
    *bottom_ = static_cast<const char*>(stack.sp) - stack.size;
    *size_ = stack.size;
    return stack;
  }
  void deallocate(boost::context::stack_context& stack) {
    stack.sp = static_cast<char*>(stack.sp) + skipped_;
    stack.size += skipped_;
    stacks_.deallocate(stack);
  }

 private:
  boost::context::protected_fixedsize_stack stacks_{stack_bytes};
  std::size_t skipped_;
  const void** bottom_;
  std::size_t* size_;
};

}  // namespace

void Fibers::add() {
  Fiber fiber;
  const void* bottom = nullptr;
  std::size_t size = 0;
  fiber.context =
      boost::context::fiber(std::allocator_arg, NotedStack(fibers_.size(), &bottom, &size),
                            [this](boost::context::fiber&& caller) {
                              finish_switch(nullptr, &caller_bottom_, &caller_size_);
                              caller_ = std::move(caller);
                              while (true) {
                                loop_();
                                fibers_[static_cast<std::size_t>(current_)].idle = true;
                                suspend();
                              }
                              return boost::context::fiber();
                            });
  fiber.bottom = bottom;
  fiber.size = size;
  idle_.push_back(static_cast<int>(fibers_.size()));
  fibers_.push_back(std::move(fiber));
}

void Fibers::resume(int number) {
  if (number < 0) {
    if (idle_.empty()) add();
    number = idle_.back();
    idle_.pop_back();
    fibers_[static_cast<std::size_t>(number)].idle = false;
  }
  current_ = number;
  Fiber& fiber = fibers_[static_cast<std::size_t>(number)];
  void* fake_stack = nullptr;
  start_switch(&fake_stack, fiber.bottom, fiber.size);
  fiber.context = std::move(fiber.context).resume();
  finish_switch(fake_stack, nullptr, nullptr);
  current_ = -1;
  if (fiber.idle) idle_.push_back(number);
}

void Fibers::suspend() {
  // Looked up anew after the switch: nothing of this frame may outlive a change of host thread.
  Fiber& fiber = fibers_[static_cast<std::size_t>(current_)];
  start_switch(&fiber.fake_stack, caller_bottom_, caller_size_);
  caller_ = std::move(caller_).resume();
  finish_switch(fibers_[static_cast<std::size_t>(current_)].fake_stack, &caller_bottom_,
                &caller_size_);
}

}  // namespace gpu_emulator
