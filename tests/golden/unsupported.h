// What a case may need and Tandem does not have.
#pragma once

#include <stdexcept>

#include "core/base/error.h"

namespace tandem::golden {

/// Thrown when a case asks for something that has no counterpart in Tandem: reported apart from
/// failures.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <class... Parts> [[noreturn]] void unsupported(const Parts&... parts) {
  throw Unsupported(detail::concatenate(parts...));
}

}  // namespace tandem::golden
