// The state of a random generator, as a backend needs it.
#pragma once

#include <cstdint>
#include <random>

namespace tandem {

/// CPU draws come from the Mersenne Twister, in PyTorch's order; GPU draws are a function of seed
/// and offset alone.
struct GeneratorState {
  std::uint64_t seed = 0;
  std::uint64_t offset = 0;
  std::mt19937 engine;
  /// The second value of the last pair of serially drawn normals.
  double cached_normal = 0;
  bool has_cached_normal = false;
};

}  // namespace tandem
