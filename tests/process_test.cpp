// Life beyond main: ops while statics are destroyed, in threads that outlive them, in forked
// children.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <locale>
#include <sstream>
#include <thread>

#include "core/base/macros.h"
#include "tests/expect.h"

namespace tandem::testing {
namespace {

double one_step() {
  // Not from the default generator, which other tests seed while the thread below runs.
  const Tensor x = randn({4, 3}, kFloat32, Generator(1)).requires_grad_();
  (tanh(x) * 2 + pow(x, 2)).sum().backward();
  return x.grad().sum().item();
}

/// Made before the library's own statics, so it is destroyed after them. A crash in its destructor
/// fails every run of the tests.
const struct AtExit {
  ~AtExit() {
    if (!std::isfinite(one_step())) std::abort();
  }
} at_exit;

TEST(Process, OpsRunWhileMainReturns) {
  std::thread([] {
    for (int i = 0; i < 100'000; ++i) one_step();
  }).detach();
  EXPECT_TRUE(std::isfinite(one_step()));
}

TEST(Process, AForkedChildWorksAlone) {
  const Tensor x = ones({1 << 20}), w = ones({256, 256});
  const double expected = (tanh(x).sum() + matmul(w, w).sum()).item();  // on several threads
  const pid_t child = fork();
  if (child == 0) {
    const bool same = get_num_threads() == 1 &&
                      (tanh(x).sum() + matmul(w, w).sum()).item() == expected &&
                      matmul(w.to(kHalf), w.to(kHalf)).sum().item() > 0;
    _exit(same ? 0 : 1);
  }
  ASSERT_GT(child, 0);
  int status = -1;
  for (int tenths = 0; tenths < 600 && waitpid(child, &status, WNOHANG) == 0; ++tenths)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  if (!WIFEXITED(status)) kill(child, SIGKILL);
  ASSERT_TRUE(WIFEXITED(status)) << "the child hangs";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

/// Calls `fill` until it throws, in a child with little memory left; whether it threw Error.
template <class Fill> bool runs_out_with_an_error(const Fill& fill) {
  const pid_t child = fork();
  if (child == 0) {
    long pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const auto bytes = static_cast<rlim_t>(pages * sysconf(_SC_PAGESIZE)) + (rlim_t{192} << 20);
    const rlimit limit{bytes, bytes};
    setrlimit(RLIMIT_AS, &limit);
    try {
      for (;;) fill();
    } catch (const OutOfMemoryError&) {
      _exit(0);
    } catch (...) {
      _exit(1);
    }
  }
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Process, MemoryRunsOutWithAnError) {
  if (!TANDEM_KEEP_MEMORY) GTEST_SKIP() << "the sanitizers' own memory is limited, too";
  std::vector<Tensor> kept;
  kept.reserve(1 << 22);
  EXPECT_TRUE(runs_out_with_an_error([&] { kept.push_back(ones({1 << 16})); }));
  EXPECT_TRUE(runs_out_with_an_error([&] { kept.push_back(ones({1})); }));
  Tensor chain = ones({1}).requires_grad_();
  EXPECT_TRUE(runs_out_with_an_error([&] { chain = chain * 2; }));
}

TEST(Process, ThreadsHaveALimit) {
  const int before = get_num_threads();
  EXPECT_TRUE(throws([] { set_num_threads(100000); }, {"set_num_threads", "100000"}));
  EXPECT_TRUE(throws([] { set_num_threads(0); }, {"set_num_threads", "0"}));
  EXPECT_EQ(get_num_threads(), before);
}

struct Commas : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(Process, NoTextDependsOnTheLocale) {
  const auto texts = [] {
    std::ostringstream printed;
    printed << tensor({1.5, 123456.0}) << tensor(12345);
    std::string error;
    try {
      zeros({12345}) + zeros({54321});
    } catch (const Error& thrown) {
      error = thrown.what();
    }
    Generator generator(5);
    generator.set_state(generator.get_state());
    return printed.str() + error + std::to_string(rand({1}, kFloat32, generator).item());
  };
  const std::string expected = texts();
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Commas));
  const std::string found = texts();
  std::locale::global(before);
  EXPECT_EQ(found, expected);
}

TEST(Process, AGeneratorsStateIsReadWhole) {
  Generator generator(1);
  std::thread drawer([generator]() mutable {
    for (int i = 0; i < 2000; ++i) randn({7}, kFloat32, generator);
  });
  for (int i = 0; i < 100; ++i) Generator(2).set_state(generator.get_state());
  drawer.join();
}

}  // namespace
}  // namespace tandem::testing
