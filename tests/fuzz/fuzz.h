// What the fuzz targets share. A target is a source that defines run_input(); it is linked with
// libFuzzer by tests/fuzz/run and with replay.cpp everywhere else.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "core/core.h"

namespace tandem::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// Gives one input to the reader: whether it was accepted. An input may be refused with Error; any
/// other exception, a crash and a failed require() are findings.
bool run_input(Bytes input);

/// How many inputs were run and accepted so far.
struct Tally {
  std::int64_t runs = 0, accepted = 0;
};
Tally& tally();

/// Ends the process, which libFuzzer and ctest take for a finding, unless `holds`.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "finding: %s\n", what);
  std::abort();
}

/// The bytes of a contiguous tensor.
inline Bytes bytes_of(const Tensor& tensor) {
  return {static_cast<const std::uint8_t*>(tensor.raw_data()),
          static_cast<std::size_t>(tensor.numel()) * tensor.element_size()};
}

/// Dtype, shape and every bit.
inline bool same(const Tensor& a, const Tensor& b) {
  return a.dtype() == b.dtype() && a.sizes() == b.sizes() &&
         std::ranges::equal(bytes_of(a), bytes_of(b));
}
inline bool same(const NamedTensors& a, const NamedTensors& b) {
  return std::ranges::equal(a, b, [](const auto& one, const auto& other) {
    return one.first == other.first && same(one.second, other.second);
  });
}

/// A file of this process, in memory where the system has such a folder.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& name) {
    const std::filesystem::path memory = "/dev/shm";
    const auto folder =
        std::filesystem::exists(memory) ? memory : std::filesystem::temp_directory_path();
    path_ = folder / (name + "." + std::to_string(::getpid()));
  }
  ~ScratchFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  std::string write(Bytes bytes) const {
    std::ofstream(path_, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path();
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace tandem::fuzz
