// Measures the error of the elementwise functions over float32, against the real value (double
// libm), and fails where a stated bound is passed:
//   accuracy                    every 997th float; --stride N: every Nth
//   accuracy --stride 1         a proof over all 2^32 floats
//   accuracy --function tanh    one function
//   accuracy --table            prints docs/accuracy.md's tables; --torch FILE adds PyTorch's
//   column
// float64 is measured against long double on random numbers.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "tests/accuracy/functions.h"
#include "tests/ulps.h"

namespace tandem::accuracy {
namespace {

using testing::ulps;

constexpr std::int64_t block = 16384;
constexpr std::uint64_t peer_share = 61;  // peers see every 61st block

float float_from_order(std::uint64_t i) {
  // 0, 1, ... in the order of the numbers: -nan, -inf, ..., -0, 0, ..., inf, nan.
  const auto bits = static_cast<std::uint32_t>(i);
  return __builtin_bit_cast(float, bits < 0x80000000u ? ~bits : bits ^ 0x80000000u);
}

struct Worst {
  double error = 0, at = 0;
  void meet(double e, double x) {
    if (e > error) error = e, at = x;
  }
  void meet(const Worst& other) { meet(other.error, other.at); }
};

struct Result {
  Worst tandem, libm, sleef, wide;
  std::int64_t not_odd = 0, falling = 0;
};

/// A line on a terminal, a line for every tenth in a log.
class Progress {
 public:
  Progress(const char* name, std::uint64_t total) : name_(name), total_(total) {}
  void add(std::uint64_t count) {
    if (total_ < 100'000'000) return;  // done in a moment
    const std::uint64_t before = done_.fetch_add(count), after = before + count;
    const std::uint64_t steps = isatty(STDERR_FILENO) ? 200 : 10;
    if (before * steps / total_ == after * steps / total_) return;
    std::fprintf(stderr, isatty(STDERR_FILENO) ? "\r%s %3.0f %% " : "%s %.0f %%\n", name_,
                 100.0 * static_cast<double>(after) / static_cast<double>(total_));
  }
  ~Progress() {
    if (isatty(STDERR_FILENO)) std::fprintf(stderr, "\r%*s\r", 40, "");
  }

 private:
  const char* name_;
  std::uint64_t total_;
  std::atomic<std::uint64_t> done_ = 0;
};

bool is_odd(Graph graph) { return graph == Graph::odd || graph == Graph::odd_and_rising; }
bool is_rising(Graph graph) { return graph == Graph::rising || graph == Graph::odd_and_rising; }

/// Floats first, first + stride, ... (block of them) in the order of the numbers.
void measure_block(const Function& f, bool peers, std::uint64_t first, std::uint64_t stride,
                   Result& result) {
  const std::uint64_t left = ((std::uint64_t{1} << 32) - first + stride - 1) / stride;
  const std::int64_t n = std::min<std::int64_t>(block, static_cast<std::int64_t>(left));
  const Tensor x = empty({n}, kFloat);
  float* number = x.data_ptr<float>();
  for (std::int64_t i = 0; i < n; ++i)
    number[i] = float_from_order(first + static_cast<std::uint64_t>(i) * stride);
  const Tensor y = f.op(x), mirrored = is_odd(f.graph) ? -f.op(-x) : y;
  const float *value = y.data_ptr<float>(), *mirror = mirrored.data_ptr<float>();
  for (std::int64_t i = 0; i < n; ++i) {
    const double at = number[i], truth = f.truth.in_double(at);
    result.tandem.meet(ulps(value[i], truth), at);
    if (peers && f.sleef != nullptr) result.sleef.meet(ulps(f.sleef(number[i]), truth), at);
    if (peers && f.origin == Origin::libm)
      result.libm.meet(ulps(f.truth.in_float(number[i]), truth), at);
    result.not_odd += std::memcmp(value + i, mirror + i, sizeof(float)) != 0 &&
                      !(std::isnan(value[i]) && std::isnan(mirror[i]));
    if (is_rising(f.graph) && i > 0) result.falling += value[i] < value[i - 1];
  }
}

/// float64 on random numbers: half of them around 0, half of all magnitudes.
Worst measure_wide(const Function& f) {
  std::mt19937_64 engine(1);
  std::normal_distribution<double> normal(0, 4);
  const Tensor x = empty({block * 64}, kDouble);
  double* number = x.data_ptr<double>();
  for (std::int64_t i = 0; i < x.numel(); i += 2) {
    number[i] = normal(engine);
    number[i + 1] = std::ldexp(normal(engine), static_cast<int>(engine() % 120) - 110);
  }
  const Tensor y = f.op(x);
  const double* value = y.data_ptr<double>();
  Worst worst;
  for (std::int64_t i = 0; i < x.numel(); ++i)
    worst.meet(ulps(value[i], f.truth.in_long_double(number[i])), number[i]);
  return worst;
}

Result measure(const Function& f, bool peers, std::uint64_t stride) {
  // Blocks overlap by one number, so that rising holds across them, too.
  const std::uint64_t step = static_cast<std::uint64_t>(block - 1) * stride;
  const std::uint64_t blocks = ((std::uint64_t{1} << 32) + step - 1) / step;
  Progress progress(f.name, blocks * block);
  std::atomic<std::uint64_t> next = 0;
  std::mutex lock;
  Result total;
  const auto work = [&] {
    Result own;
    for (std::uint64_t b = next++; b < blocks; b = next++) {
      measure_block(f, peers && b % peer_share == 0, b * step, stride, own);
      progress.add(block);
    }
    const std::lock_guard guard(lock);
    total.tandem.meet(own.tandem);
    total.libm.meet(own.libm);
    total.sleef.meet(own.sleef);
    total.not_odd += own.not_odd;
    total.falling += own.falling;
  };
  std::vector<std::thread> threads(std::max(1u, std::thread::hardware_concurrency()));
  for (std::thread& thread : threads) thread = std::thread(work);
  for (std::thread& thread : threads) thread.join();
  if (f.wide_bound > 0) total.wide = measure_wide(f);
  return total;
}

bool holds(const Function& f, const Result& r) {
  return r.tandem.error <= f.bound && r.wide.error <= f.wide_bound && r.not_odd == 0 &&
         r.falling == 0;
}

void print_line(const Function& f, const Result& r) {
  std::printf("%-18s %6.3f ulp at %-15.9g bound %.1f", f.name, r.tandem.error, r.tandem.at,
              f.bound);
  if (f.wide_bound > 0)
    std::printf("   float64 %.2f at %.17g, bound %.1f", r.wide.error, r.wide.at, f.wide_bound);
  if (r.not_odd != 0) std::printf("   NOT ODD %lld times", static_cast<long long>(r.not_odd));
  if (r.falling != 0) std::printf("   FALLS %lld times", static_cast<long long>(r.falling));
  std::printf("%s\n", holds(f, r) ? "" : "   FAILED");
  std::fflush(stdout);
}

std::string cell(const Worst& worst, bool known) {
  if (!known) return "";
  char text[32];
  std::snprintf(text, sizeof text, worst.error < 1000 ? "%.2f" : "%.1e", worst.error);
  return text;
}

void print_table(const std::vector<std::pair<const Function*, Result>>& rows,
                 const nlohmann::json& torch) {
  std::printf(
      "| function | bound | Tandem | libm | SLEEF u10 | PyTorch%s | float64: bound | Tandem |\n",
      torch.contains("version") ? (" " + torch["version"].get<std::string>()).c_str() : "");
  std::printf("|---|---|---|---|---|---|---|---|\n");
  for (const auto& [f, r] : rows) {
    const bool in_torch = torch.contains(f->name);
    std::printf("| %s | %.1f | %s | %s | %s | %s | %s | %s |\n", f->name, f->bound,
                cell(r.tandem, true).c_str(), cell(r.libm, f->origin == Origin::libm).c_str(),
                cell(r.sleef, f->sleef != nullptr).c_str(),
                cell({in_torch ? torch[f->name].get<double>() : 0, 0}, in_torch).c_str(),
                f->wide_bound > 0 ? std::to_string(f->wide_bound).substr(0, 3).c_str() : "",
                cell(r.wide, f->wide_bound > 0).c_str());
  }
}

int run(int argc, char** argv) {
  CLI::App app("The error of the elementwise functions over float32");
  std::uint64_t stride = 997;
  std::string name, torch_file;
  bool table = false;
  app.add_option("--stride", stride, "1: all 2^32 floats")->check(CLI::PositiveNumber);
  app.add_option("--function", name, "only this one");
  app.add_flag("--table", table, "a table in Markdown, with peers");
  app.add_option("--torch", torch_file,
                 "PyTorch's errors, made by benchmarks/peers/torch_accuracy.py")
      ->check(CLI::ExistingFile);
  CLI11_PARSE(app, argc, argv);
  nlohmann::json torch = nlohmann::json::object();
  if (!torch_file.empty()) std::ifstream(torch_file) >> torch;
  set_num_threads(1);  // the threads here each run ops of their own
  std::vector<std::pair<const Function*, Result>> rows;
  bool all_hold = true;
  for (const Function& f : functions())
    if (name.empty() || name == f.name) {
      rows.emplace_back(&f, measure(f, table, stride));
      all_hold = all_hold && holds(f, rows.back().second);
      if (!table) print_line(f, rows.back().second);
    }
  if (rows.empty()) {
    std::cerr << "accuracy: no function '" << name << "'; there are:";
    for (const Function& f : functions()) std::cerr << "  " << f.name;
    std::cerr << '\n';
    return 2;
  }
  if (table) print_table(rows, torch);
  return all_hold ? 0 : 1;
}

}  // namespace
}  // namespace tandem::accuracy

int main(int argc, char** argv) { return tandem::accuracy::run(argc, argv); }
