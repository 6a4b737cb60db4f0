// Without libFuzzer: runs a target over its corpus, and over mutated copies of it that are the same
// every time.   fuzz_TARGET CORPUS [MUTATIONS OF EACH]
#include <cstring>
#include <iterator>
#include <random>
#include <vector>

#include "tests/fuzz/fuzz.h"

using Input = std::vector<std::uint8_t>;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
/// A target's own, if it has one.
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                                                     std::size_t size,
                                                                     std::size_t max_size,
                                                                     unsigned seed);

/// Changes, inserts or erases a byte, or repeats a stretch.
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size) {
  static std::minstd_rand random(1);
  Input bytes(data, data + size);
  const std::size_t at = random() % (size + 1);
  const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  const auto byte = static_cast<std::uint8_t>(random());
  switch (random() % 4) {
    case 0:
      bytes.insert(place, byte);
      break;
    case 1:
      if (at < size) bytes.erase(place);
      break;
    case 2: {
      const Input stretch(place, bytes.end() - static_cast<std::ptrdiff_t>((size - at) / 2));
      bytes.insert(place, stretch.begin(), stretch.end());
      break;
    }
    default:
      if (at < size) *place = byte;
  }
  bytes.resize(std::min(bytes.size(), max_size));
  std::copy(bytes.begin(), bytes.end(), data);
  return bytes.size();
}

namespace {

Input read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Input mutated(const Input& input, unsigned seed) {
  Input copy = input;
  copy.resize(input.size() + 4096);
  const auto mutate = [&] {
    return LLVMFuzzerCustomMutator != nullptr
               ? LLVMFuzzerCustomMutator(copy.data(), input.size(), copy.size(), seed)
               : LLVMFuzzerMutate(copy.data(), input.size(), copy.size());
  };
  copy.resize(mutate());
  return copy;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(arguments[1]))
    paths.push_back(entry);
  std::ranges::sort(paths);
  const int mutations = count > 2 ? std::atoi(arguments[2]) : 0;
  for (const auto& path : paths) {
    const Input input = read(path);
    LLVMFuzzerTestOneInput(input.data(), input.size());
    for (int i = 0; i < mutations; ++i) {
      const Input other = mutated(input, static_cast<unsigned>(i + 1));
      LLVMFuzzerTestOneInput(other.data(), other.size());
    }
  }
  const tandem::fuzz::Tally& tally = tandem::fuzz::tally();
  tandem::fuzz::require(tally.accepted > tally.runs / 10 && tally.accepted < tally.runs,
                        "hardly any input, or every one, is accepted: the corpus tests little");
  return 0;
}
