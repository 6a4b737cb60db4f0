// OpenBLAS, oneDNN and OpenMP's runtime free their memory when the process ends, even while threads
// compute.
#pragma once

namespace tandem::cpu {

/// Held while a thread uses these libraries; may be nested. Once the process ends, the thread that
/// ends it waits for those that hold one, and a thread that wants one waits to be gone.
class LibraryUse {
 public:
  LibraryUse() {
    if (depth_++ == 0) begin();
  }
  ~LibraryUse() {
    if (--depth_ == 0) end();
  }
  LibraryUse(const LibraryUse&) = delete;
  LibraryUse& operator=(const LibraryUse&) = delete;

 private:
  static void begin();
  static void end();
  static constinit thread_local int depth_;
};

}  // namespace tandem::cpu
