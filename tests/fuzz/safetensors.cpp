// Fuzz target: load_safetensors. What it accepts is saved and must read as the same.
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/safetensors_mutator.h"

namespace tandem::fuzz {

std::string file_to_mutate(const std::string& given, unsigned) { return given; }

bool run_input(Bytes input) {
  static const ScratchFile given("tandem_fuzz_safetensors"), saved("tandem_fuzz_saved");
  std::map<std::string, std::string> metadata, again;
  NamedTensors tensors;
  try {
    tensors = load_safetensors(given.write(input), &metadata);
  } catch (const Error&) {
    return false;
  }
  save_safetensors(saved.path(), tensors, metadata);
  // A file's order is that of its data; tensors without elements may lie anywhere.
  NamedTensors read = load_safetensors(saved.path(), &again);
  const auto by_name = [](const auto& a, const auto& b) { return a.first < b.first; };
  std::ranges::sort(tensors, by_name);
  std::ranges::sort(read, by_name);
  require(same(tensors, read) && metadata == again, "a saved file reads differently");
  return true;
}

}  // namespace tandem::fuzz
