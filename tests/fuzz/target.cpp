// The entry point that libFuzzer and replay.cpp call for every target.
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace tandem::fuzz {

Tally& tally() {
  static struct Reported : Tally {
    ~Reported() {
      std::fprintf(stderr, "accepted %lld of %lld inputs\n", static_cast<long long>(accepted),
                   static_cast<long long>(runs));
    }
  } counts;
  return counts;
}

}  // namespace tandem::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tandem::fuzz;
  tally().accepted += run_input({data, size}) ? 1 : 0;
  ++tally().runs;
  return 0;
}
