// The mutator of safetensors files asks its target where to begin.
#pragma once

#include <string>

namespace tandem::fuzz {

/// The file to mutate, instead of `given` if that is too seldom accepted.
std::string file_to_mutate(const std::string& given, unsigned seed);

}  // namespace tandem::fuzz
