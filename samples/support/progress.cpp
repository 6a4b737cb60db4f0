#include "samples/support/progress.h"

#include <unistd.h>

#include <cstdio>

namespace samples {

namespace {
constexpr int width = 30;
}

Progress::Progress(std::string label, std::int64_t total)
    : label_(std::move(label)), total_(total), terminal_(isatty(STDOUT_FILENO) != 0) {}

Progress::~Progress() {
  if (terminal_ && shown_ >= 0) std::printf("\r\033[K");
}

void Progress::advance() {
  ++done_;
  if (!terminal_ || total_ <= 0) return;
  const int filled = static_cast<int>(width * done_ / total_);
  if (filled == shown_) return;
  shown_ = filled;
  std::printf("\r%s [%s%s]", label_.c_str(),
              std::string(static_cast<std::size_t>(filled), '#').c_str(),
              std::string(static_cast<std::size_t>(width - filled), ' ').c_str());
  std::fflush(stdout);
}

}  // namespace samples
