// Command lines of the samples.
#pragma once

#include <functional>
#include <string>

#include "core/base/device.h"

namespace CLI {
class App;
}

namespace samples {

/// Flags that every sample takes, and where its files are.
struct Common {
  tandem::Device device;
  std::string out;  ///< directory for pictures and models, made if needed

  /// A file shipped with the samples.
  static std::string data(const std::string& name) { return source("data/" + name); }
  /// A file beside the samples' sources.
  static std::string source(const std::string& name);
  /// A file in `out`, and the same with `out` made.
  std::string path(const std::string& name) const { return out + "/" + name; }
  std::string file(const std::string& name) const;
};

/// Parses the command line (`add_flags` declares the sample's own flags, with support/flags.h),
/// then runs the sample. A wrong flag, a missing GPU or any error that is thrown gives one line on
/// stderr and exit code 2.
int run(int argc, char** argv, const std::string& description,
        const std::function<void(CLI::App&)>& add_flags,
        const std::function<int(const Common&)>& sample);
/// A sample without flags of its own.
int run(int argc, char** argv, const std::string& description,
        const std::function<int(const Common&)>& sample);

}  // namespace samples
