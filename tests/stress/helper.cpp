// What the stress tests do in processes of their own, since the process ends by it, is killed or
// has its memory limited:
//   stress_helper exit THREADS        threads train while main returns
//   stress_helper save PATH VALUE     saves a file of that value again and again
//   stress_helper full FOLDER         fills a small disk that it mounts there; 77 if it may not
//   stress_helper large-file PATH     saves a file that is larger than files may be
//   stress_helper memory              trains and reads with less and less memory
// Exit code 0 if all was as it should be.
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "core/core.h"
#include "nn/nn.h"

namespace tandem::testing {
namespace {

namespace fs = std::filesystem;

int fail(const char* what) {
  std::fprintf(stderr, "stress_helper: %s\n", what);
  return 1;
}

struct Net {
  nn::Sequential layers{nn::Linear(8, 16), nn::Tanh(), nn::Linear(16, 2)};
  optim::Adam optimizer{layers->parameters(), optim::AdamOptions(0.01)};
  void step() {
    optimizer.zero_grad();
    layers->forward(ones({4, 8})).square().sum().backward();
    optimizer.step();
  }
};

int threads_outlive_main(int threads) {
  for (int i = 0; i < threads; ++i)
    std::thread([] {
      for (Net net;;) net.step();
    }).detach();
  Net net;
  for (int i = 0; i < 20; ++i) net.step();
  return 0;
}

NamedTensors contents(double value, std::int64_t count) {
  return {{"w", full({count}, value)}, {"v", full({3}, value, kFloat64)}};
}

int save_forever(const std::string& path, double value) {
  for (;;) save_safetensors(path, contents(value, 200'000));
}

/// Saves something that fits, then something that does not: the first must stay, and nothing else.
int keeps_the_old_file(const std::string& path, std::int64_t too_many) {
  save_safetensors(path, contents(1, 1000));
  try {
    save_safetensors(path, contents(2, too_many));
    return fail("saved more than fits");
  } catch (const IoError&) {
  }
  const NamedTensors read = load_safetensors(path);
  if (read[0].second.numel() != 1000 || read[0].second.sum().item() != 1000)
    return fail("the old file is not what it was");
  int files = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(path).parent_path()))
    files += entry.path().filename().string().starts_with(fs::path(path).filename().string());
  return files == 1 ? 0 : fail("something is left beside the old file");
}

int fill_disk(const std::string& folder) {
  const bool mounted = unshare(CLONE_NEWNS) == 0 &&
                       mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                       mount("none", folder.c_str(), "tmpfs", 0, "size=256k") == 0;
  if (!mounted) return 77;
  return keeps_the_old_file(folder + "/net.safetensors", 1 << 20);
}

int exceed_file_size(const std::string& path) {
  const rlimit limit{64 << 10, 64 << 10};
  setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, SIG_IGN);
  return keeps_the_old_file(path, 1 << 20);
}

rlim_t address_space() {
  long pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return static_cast<rlim_t>(pages * sysconf(_SC_PAGESIZE));
}

void limit_address_space(rlim_t soft) {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = soft;
  setrlimit(RLIMIT_AS, &limit);
}

/// Runs `work` with `bytes` more than there are: whether it threw OutOfMemoryError.
template <class Work> bool runs_out(rlim_t bytes, const Work& work) {
  limit_address_space(address_space() + bytes);
  bool out = false;
  try {
    work();
  } catch (const OutOfMemoryError&) {
    out = true;
  }
  limit_address_space(RLIM_INFINITY);
  return out;
}

/// Steps of ever larger batches, whose memory is not there yet: each runs out of memory in another
/// op. Parameters and gradients must then be as they were, and the step must succeed afterwards.
int run_out_of_memory() {
  set_num_threads(1);
  nn::Sequential net(nn::Linear(16, 64), nn::Tanh(), nn::Linear(64, 64));
  optim::Adam optimizer(net->parameters(), optim::AdamOptions(0.01));
  std::int64_t rows = 2000;
  int failures = 0;
  for (rlim_t i = 0; i < 11; ++i, rows = rows * 3 / 2) {
    const Tensor x = ones({rows, 16}), weight = net->parameters()[0];
    const Tensor before = weight.detach().clone();
    const rlim_t hidden = static_cast<rlim_t>(rows) * 64 * sizeof(float);
    optimizer.zero_grad();
    const bool out = runs_out(hidden * (i % 7) / 2 + (1 << 20),
                              [&] { net->forward(x).square().mean().backward(); });
    failures += out ? 1 : 0;
    if (!all(weight.eq(before)).item<bool>()) return fail("backward changed a parameter");
    optimizer.zero_grad();
    net->forward(x).square().mean().backward();
    optimizer.step();
    if (!all(weight.isfinite()).item<bool>()) return fail("a step after it failed");
  }
  return failures >= 3 ? 0 : fail("hardly a step ran out of memory");
}

int run(const std::vector<std::string>& arguments) {
  const std::string mode = arguments.empty() ? "" : arguments[0];
  if (mode == "exit") return threads_outlive_main(std::stoi(arguments.at(1)));
  if (mode == "save") return save_forever(arguments.at(1), std::stod(arguments.at(2)));
  if (mode == "full") return fill_disk(arguments.at(1));
  if (mode == "large-file") return exceed_file_size(arguments.at(1));
  if (mode == "memory") return run_out_of_memory();
  return fail("no such mode");
}

}  // namespace
}  // namespace tandem::testing

int main(int count, char** arguments) try {
  return tandem::testing::run({arguments + 1, arguments + count});
} catch (const std::exception& error) {
  std::fprintf(stderr, "stress_helper: %s\n", error.what());
  return 2;
}
