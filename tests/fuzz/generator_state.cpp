// Fuzz target: Generator::set_state. An input is a list of edits to a valid state, so that most are
// close to one: the first byte chooses the form of the tensor, then follow position (2 bytes) and
// value (8 bytes) of each edit.
#include <cmath>
#include <cstring>

#include "tests/fuzz/fuzz.h"

namespace tandem::fuzz {

namespace {

Tensor edited_state(Bytes input) {
  Generator source(input.empty() ? 0 : input[0]);
  randn({static_cast<std::int64_t>(input.size() % 19)}, kFloat32, source);  // some on hand
  Tensor state = source.get_state().clone();
  std::int64_t* words = state.data_ptr<std::int64_t>();
  for (std::size_t at = 1; at + 10 <= input.size(); at += 10) {
    std::uint16_t position = 0;
    std::memcpy(&position, &input[at], sizeof position);
    // Every other edit goes to the four numbers before the engine's words, or to the last word.
    const std::int64_t last = state.numel() - 1;
    const std::int64_t word = position % 2 == 0 ? position / 2 % state.numel()
                                                : (position / 2 % 5 == 4 ? last : position / 2 % 5);
    std::memcpy(&words[word], &input[at + 2], sizeof(std::int64_t));
  }
  switch (input.empty() ? 0 : input[0] % 16) {
    case 1:
      return state.to(kFloat64);
    case 2:
      return state.slice(0, 1);
    case 3:
      return state.unsqueeze(0);
    case 4:
      return state.flip({0}).flip({0});
    case 5:
      return stack({state, state}, 1).select(1, 0);  // strided
    case 6:
      return Tensor();
    default:
      return state;
  }
}

}  // namespace

bool run_input(Bytes input) {
  const Tensor state = edited_state(input);
  Generator generator(1);
  const Tensor before = generator.get_state();
  try {
    generator.set_state(state);
  } catch (const Error&) {
    require(same(generator.get_state(), before), "a refused state changed the generator");
    return false;
  }
  require(same(generator.get_state(), state.contiguous()), "the state is not the one that was set");
  const Tensor uniform = rand({37}, kFloat32, generator);
  require((uniform >= 0).all().item<bool>() && (uniform < 1).all().item<bool>(),
          "rand outside [0, 1)");
  const Tensor normal = randn({3}, kFloat64, generator);
  require(normal.isfinite().all().item<bool>(), "randn is not finite");
  const Tensor order = randperm(9, {}, generator);
  require(order.sum().item<std::int64_t>() == 36, "randperm is no permutation");
  return true;
}

}  // namespace tandem::fuzz
