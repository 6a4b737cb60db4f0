// A progress bar on a terminal; nothing where output goes to a file.
#pragma once

#include <cstdint>
#include <string>

namespace samples {

class Progress {
 public:
  /// `label` stands before the bar; `total` is the number of advance() calls to come.
  Progress(std::string label, std::int64_t total);
  /// Clears the bar, so that a line of results can take its place.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void advance();

 private:
  std::string label_;
  std::int64_t total_, done_ = 0;
  int shown_ = -1;
  bool terminal_;
};

}  // namespace samples
