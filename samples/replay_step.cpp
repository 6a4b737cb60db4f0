// A training step recorded once and replayed: the same bits, without the cost of the tape.
#include <tandem/tandem.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"

using namespace tandem;
namespace F = nn::functional;

struct Training {
  nn::Sequential model{nn::Linear(64, 32), nn::Tanh(), nn::Linear(32, 10)};
  Tensor x, y, loss;
  optim::Adam optimizer{model->parameters(), optim::AdamOptions(1e-3)};

  explicit Training(const Device& device)
      : x(randn({32, 64}, {}, Generator(1)).to(device)),
        y(randint(0, 10, {32}, {}, Generator(2)).to(device)) {
    model->to(device);
  }
  void step() {
    optimizer.zero_grad();
    loss = F::cross_entropy(model(x), y);
    loss.backward();
    optimizer.step();
  }
};

/// Microseconds per step, the best of five rounds; the device has done its work when the loss is
/// read.
template <class Step> double time_of(Step&& step, const Tensor& loss) {
  constexpr int steps = 300;
  double best = 1e30;
  for (int round = 0; round < 5; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < steps; ++i) step();
    loss.item();
    const std::chrono::duration<double, std::micro> spent =
        std::chrono::steady_clock::now() - start;
    best = std::min(best, spent.count() / steps);
  }
  return best;
}

int compare(const samples::Common& common) {
  manual_seed(0);
  Training plain(common.device);
  manual_seed(0);
  Training recorded(common.device);
  auto step = tandem::record([&] { recorded.step(); });

  samples::Document document("A 64-32-10 tanh net with Adam, 32 rows:");
  bool same = true;
  for (int i = 0; i < 20; ++i) {
    plain.step();
    step();
    same = same && equal(plain.loss, recorded.loss);
  }
  const auto a = plain.model->parameters(), b = recorded.model->parameters();
  for (std::size_t i = 0; i < a.size(); ++i) same = same && equal(a[i], b[i]);
  document.claim("20 replayed steps give the bits of 20 plain ones", same);

  const double plain_time = time_of([&] { plain.step(); }, plain.loss);
  const double replay_time = time_of(step, recorded.loss);
  std::printf("  measured on %s: plain %.1f us, replayed %.1f us a step, %.2f times as fast\n",
              common.device.str().c_str(), plain_time, replay_time, plain_time / replay_time);
  return document.verdict();
}

int main(int argc, char** argv) {
  return samples::run(argc, argv, "A recorded step against a plain one.", compare);
}
