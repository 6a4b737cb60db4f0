// OpenBLAS and oneDNN free their memory when the process ends, even while threads compute.
#pragma once

#include <atomic>

namespace tandem::cpu {

/// Held during calls of the two libraries. Once the process ends, the thread that ends it waits for
/// those calls, and a thread that begins another one waits to be gone.
class LibraryUse {
 public:
  LibraryUse() : users_(users_of_this_thread()) {
    users_.fetch_add(1);
    if (process_ends.load()) [[unlikely]]
      wait_for_the_end(users_);
  }
  ~LibraryUse() { users_.fetch_sub(1, std::memory_order_release); }
  LibraryUse(const LibraryUse&) = delete;
  LibraryUse& operator=(const LibraryUse&) = delete;

 private:
  static std::atomic<int>& users_of_this_thread();
  static void wait_for_the_end(std::atomic<int>& users);
  static std::atomic<bool> process_ends;
  friend void before_the_libraries_end();

  std::atomic<int>& users_;
};

}  // namespace tandem::cpu
