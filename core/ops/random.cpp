// Generators and random tensors.
#include "core/ops/random.h"

#include <bit>
#include <cmath>
#include <locale>
#include <mutex>
#include <sstream>
#include <vector>

#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/backend/cuda.h"
#include "core/backend/generator_state.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/inplace.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

namespace {

/// Guards the state of every generator. Never destroyed: threads may draw while main returns.
std::mutex& draw_mutex() {
  static std::mutex& mutex = *new std::mutex;
  return mutex;
}

/// Whatever the program's locale is.
std::stringstream plain_text() {
  std::stringstream text;
  text.imbue(std::locale::classic());
  return text;
}

}  // namespace

Generator::Generator(std::uint64_t seed) : state_(std::make_shared<GeneratorState>()) {
  manual_seed(seed);
}

void Generator::manual_seed(std::uint64_t seed) {
  const std::lock_guard lock(draw_mutex());
  *state_ = GeneratorState{.seed = seed, .engine = std::mt19937(static_cast<std::uint32_t>(seed))};
}

std::uint64_t Generator::initial_seed() const {
  const std::lock_guard lock(draw_mutex());
  return state_->seed;
}

Tensor Generator::get_state() const {
  const GeneratorState now = [&] {
    const std::lock_guard lock(draw_mutex());
    return *state_;
  }();
  std::vector<std::int64_t> numbers = {static_cast<std::int64_t>(now.seed),
                                       static_cast<std::int64_t>(now.offset), now.has_cached_normal,
                                       std::bit_cast<std::int64_t>(now.cached_normal)};
  std::stringstream text = plain_text();
  text << now.engine;
  for (std::int64_t word = 0; text >> word;) numbers.push_back(word);
  return tensor(numbers);
}

void Generator::set_state(const Tensor& state) {
  const Tensor own = get_state();
  const auto is_state = [&] {
    return state.defined() && state.dtype() == kInt64 && state.sizes() == own.sizes();
  };
  check(is_state(), "set_state: expected a generator's state, int64", own.sizes(), ", got ",
        state.defined() ? state.describe().str() : "an undefined tensor");
  const Tensor host = state.cpu().contiguous();
  const std::int64_t* numbers = host.data_ptr<std::int64_t>();
  std::stringstream text = plain_text();
  for (std::int64_t i = 4; i < host.numel(); ++i) {
    check(numbers[i] >= 0 && numbers[i] <= 0xffffffff, "set_state: number ", i, " is ", numbers[i],
          ", outside the generator's range");
    text << numbers[i] << ' ';
  }
  const double cached = std::bit_cast<double>(numbers[3]);
  check((numbers[2] == 0 || numbers[2] == 1) && std::isfinite(cached),
        "set_state: the normal on hand is marked ", numbers[2], " and is ", cached);
  GeneratorState next;
  next.seed = static_cast<std::uint64_t>(numbers[0]);
  next.offset = static_cast<std::uint64_t>(numbers[1]);
  next.has_cached_normal = numbers[2] != 0;
  next.cached_normal = cached;
  text >> next.engine;
  check(!text.fail(), "set_state: the numbers are no state of the generator");
  const std::lock_guard lock(draw_mutex());
  *state_ = next;
}

Generator& default_generator() {
  static Generator& generator = *new Generator;  // never destroyed, as its mutex
  return generator;
}

namespace {

/// Fills `out` in place, in the order of its memory.
const Tensor& draw(const char* op, const Tensor& out, const Draw& values,
                   const std::optional<Generator>& generator = {}) {
  check(out.defined(), op, ": an undefined tensor was used");
  check_inplace(op, out);
  Generator& source = generator ? const_cast<Generator&>(*generator) : default_generator();
  rebase_history(op, out, {});
  if (out.numel() > 0) {
    const bool contiguous = out.is_contiguous();
    Tensor target = contiguous ? out : make_tensor(out.sizes(), out.dtype(), out.device());
    {
      const std::lock_guard lock(draw_mutex());
      backend_for(out).run(
          RandomCall{values, &source.state(), target.numel(), !contiguous, output_of(target)});
    }
    if (!contiguous) {
      const NoGradGuard guard;
      out.copy_(target);
    }
  }
  out.impl()->storage->bump_version();
  return out;
}

Tensor drawn(const char* op, const Shape& shape, const TensorOptions& options, const Draw& values,
             const std::optional<Generator>& generator) {
  Tensor out = empty(shape, options.requires_grad(false));
  return draw(op, out, values, generator).requires_grad_(options.requires_grad());
}

/// Whether integers in [low, high) can be elements of `dtype`.
void check_integers(const char* op, std::int64_t low, std::int64_t high, DType dtype) {
  visit_dtype(dtype, [&]<class T>() {
    using C = std::conditional_t<std::is_integral_v<T>, T, ComputeType<T>>;
    const double least = static_cast<double>(static_cast<C>(std::numeric_limits<T>::lowest())),
                 most = static_cast<double>(static_cast<C>(std::numeric_limits<T>::max()));
    check(static_cast<double>(low) >= least && static_cast<double>(high - 1) <= most, op,
          ": integers from ", low, " to ", high - 1, " do not fit ", dtype);
  });
}

void check_real(const char* op, DType dtype) {
  check(is_floating_point(dtype), op, ": expected a floating-point dtype, got ", name_of(dtype));
}

}  // namespace

void manual_seed(std::uint64_t seed) { default_generator().manual_seed(seed); }

Tensor rand(const Shape& shape, const TensorOptions& options,
            const std::optional<Generator>& generator) {
  check_real("rand", options.dtype());
  return drawn("rand", shape, options, {Distribution::uniform, 0, 1}, generator);
}
Tensor randn(const Shape& shape, const TensorOptions& options,
             const std::optional<Generator>& generator) {
  check_real("randn", options.dtype());
  return drawn("randn", shape, options, {Distribution::normal, 0, 1}, generator);
}
Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape,
               const TensorOptions& options, const std::optional<Generator>& generator) {
  check(low < high, "randint: expected low < high, got ", low, " and ", high);
  const TensorOptions chosen = options.has_dtype() ? options : options.dtype(kInt64);
  check_integers("randint", low, high, chosen.dtype());
  return drawn("randint", shape, chosen, {Distribution::integer, 0, 0, low, high}, generator);
}
Tensor randint(std::int64_t high, const Shape& shape, const TensorOptions& options) {
  return randint(0, high, shape, options);
}
Tensor randperm(std::int64_t n, const TensorOptions& options,
                const std::optional<Generator>& generator) {
  check(n >= 0, "randperm: n must not be negative, got ", n);
  const TensorOptions chosen = options.has_dtype() ? options : options.dtype(kInt64);
  check(chosen.dtype() != kBool, "randperm: bool cannot hold a permutation");
  return drawn("randperm", {n}, chosen, {Distribution::permutation}, generator);
}
Tensor rand_like(const Tensor& like, const TensorOptions& options) {
  return rand(like.sizes(), options.or_else(like.options()));
}
Tensor randn_like(const Tensor& like, const TensorOptions& options) {
  return randn(like.sizes(), options.or_else(like.options()));
}

Tensor randint_like(const Tensor& like, std::int64_t low, std::int64_t high,
                    const TensorOptions& options) {
  return randint(low, high, like.sizes(), options.or_else(like.options()));
}
Tensor randint_like(const Tensor& like, std::int64_t high, const TensorOptions& options) {
  return randint_like(like, 0, high, options);
}

Tensor normal(double mean, double std, const Shape& shape,
              const std::optional<Generator>& generator, const TensorOptions& options) {
  check_real("normal", options.dtype());
  check(std >= 0, "normal: the standard deviation must not be negative, got ", std);
  return drawn("normal", shape, options, {Distribution::normal, mean, std}, generator);
}
Tensor normal(const Tensor& mean, const Tensor& std, const std::optional<Generator>& generator) {
  check(std.numel() == 0 || std.min().item() >= 0, "normal: a standard deviation is negative in ",
        std.describe());
  const Tensor wide = mean + std;  // of the common shape and dtype
  return randn(wide.sizes(), wide.options(), generator) * std.detach() + mean.detach();
}
Tensor normal(const Tensor& mean, double std, const std::optional<Generator>& generator) {
  return normal(mean, full({}, std, mean.options()), generator);
}
Tensor normal(double mean, const Tensor& std, const std::optional<Generator>& generator) {
  return normal(full({}, mean, std.options()), std, generator);
}

void cuda::manual_seed(std::uint64_t seed) {
  if (is_available()) default_generator().manual_seed(seed);
}

Tensor bernoulli(const Tensor& p) {
  const NoGradGuard guard;
  check(p.defined() && p.is_floating_point(),
        "bernoulli: the probabilities must be floating-point, got ", p.describe());
  check(p.numel() == 0 || (p.min().item() >= 0 && p.max().item() <= 1),
        "bernoulli: the probabilities must lie in [0, 1]");
  return (rand_like(p) < p).to(p.dtype());
}

Tensor dropout(const Tensor& x, double p, bool training) {
  check(x.defined(), "dropout: the operand is an undefined tensor");
  check(p >= 0 && p <= 1, "dropout: the probability must lie in [0, 1], got ", p);
  if (!training || p == 0 || x.numel() == 0) return x;
  if (p == 1) return x * zeros_like(x);
  Tensor mask = empty_like(x);
  draw("dropout", mask, {Distribution::bernoulli, 1 - p});
  mask.div_(1 - p);
  return x * mask;
}

const Tensor& Tensor::uniform_(double from, double to) const {
  check_real("uniform_", dtype());
  check(from <= to, "uniform_: expected from <= to, got ", from, " and ", to);
  return draw("uniform_", *this, {Distribution::uniform, from, to});
}
const Tensor& Tensor::normal_(double mean, double std) const {
  check_real("normal_", dtype());
  check(std >= 0, "normal_: the standard deviation must not be negative, got ", std);
  return draw("normal_", *this, {Distribution::normal, mean, std});
}
const Tensor& Tensor::bernoulli_(double p) const {
  check(p >= 0 && p <= 1, "bernoulli_: the probability must lie in [0, 1], got ", p);
  return draw("bernoulli_", *this, {Distribution::bernoulli, p});
}
const Tensor& Tensor::exponential_(double lambda) const {
  check_real("exponential_", dtype());
  check(lambda > 0, "exponential_: lambda must be positive, got ", lambda);
  return draw("exponential_", *this, {Distribution::exponential, lambda});
}
const Tensor& Tensor::random_() const {
  return draw("random_", *this, {Distribution::raw_integer});
}
const Tensor& Tensor::random_(std::int64_t from, std::int64_t to) const {
  check(from < to, "random_: expected from < to, got ", from, " and ", to);
  check_integers("random_", from, to, dtype());
  return draw("random_", *this, {Distribution::integer, 0, 0, from, to});
}

}  // namespace tandem
