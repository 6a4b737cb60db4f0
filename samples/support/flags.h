// Flags of a sample's own, by CLI11, whose header takes longer to compile than all of Tandem's.
#pragma once

#include <CLI/CLI.hpp>
#include <limits>

namespace samples {

/// For flags with numbers: refuse what is not finite, or not in the range.
CLI::Validator above_0();
CLI::Validator from_0(double most = std::numeric_limits<double>::max());

}  // namespace samples
