// Memory for the small objects behind every op: tensors, storages and nodes of the tape.
#pragma once

#include <cstddef>

namespace tandem {

/// Gives a class and those derived from it operators new and delete that keep what a thread gave
/// back for its next objects: a few instructions instead of malloc's.
struct Pooled {
  static void* operator new(std::size_t bytes);
  static void operator delete(void* object, std::size_t bytes) noexcept;
};

}  // namespace tandem
