// Random numbers. On the CPU the streams are PyTorch's: the same seed gives the same numbers.
#pragma once

#include <memory>
#include <optional>

#include "core/tensor/tensor.h"

namespace tandem {

struct GeneratorState;

/// A source of random numbers with a state of its own; copies share it.
class Generator {
 public:
  /// PyTorch's default seed.
  explicit Generator(std::uint64_t seed = 67280421310721);
  void manual_seed(std::uint64_t seed);
  std::uint64_t initial_seed() const;
  /// Everything that the next draws depend on, as an int64 tensor to save; a later set_state()
  /// continues from here. set_state throws Error for a tensor that is no such state.
  Tensor get_state() const;
  void set_state(const Tensor& state);
  GeneratorState& state() const { return *state_; }

 private:
  std::shared_ptr<GeneratorState> state_;
};

/// The generator that every draw without one of its own uses; draws from several threads are
/// serialised.
Generator& default_generator();
/// Seeds default_generator().
void manual_seed(std::uint64_t seed);

namespace cuda {
/// Seeds default_generator(), which every device's draws come from, where there is a GPU.
void manual_seed(std::uint64_t seed);
inline void manual_seed_all(std::uint64_t seed) { manual_seed(seed); }
}  // namespace cuda

/// Uniform in [0, 1).
Tensor rand(const Shape& shape, const TensorOptions& options = {},
            const std::optional<Generator>& generator = {});
/// Standard normal.
Tensor randn(const Shape& shape, const TensorOptions& options = {},
             const std::optional<Generator>& generator = {});
/// Integers in [low, high); int64 unless options say otherwise.
Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape,
               const TensorOptions& options = {}, const std::optional<Generator>& generator = {});
Tensor randint(std::int64_t high, const Shape& shape, const TensorOptions& options = {});
/// A permutation of [0, n); int64.
Tensor randperm(std::int64_t n, const TensorOptions& options = {},
                const std::optional<Generator>& generator = {});
Tensor rand_like(const Tensor& like, const TensorOptions& options = {});
Tensor randn_like(const Tensor& like, const TensorOptions& options = {});
Tensor randint_like(const Tensor& like, std::int64_t high, const TensorOptions& options = {});
Tensor randint_like(const Tensor& like, std::int64_t low, std::int64_t high,
                    const TensorOptions& options = {});
/// Normal with these means and standard deviations, numbers or tensors of one shape.
Tensor normal(double mean, double std, const Shape& shape,
              const std::optional<Generator>& generator = {}, const TensorOptions& options = {});
Tensor normal(const Tensor& mean, double std = 1, const std::optional<Generator>& generator = {});
Tensor normal(double mean, const Tensor& std, const std::optional<Generator>& generator = {});
Tensor normal(const Tensor& mean, const Tensor& std,
              const std::optional<Generator>& generator = {});
/// 1 with the probability that each element of `p` states, 0 otherwise.
Tensor bernoulli(const Tensor& p);
/// Each element kept with probability 1 - p and divided by it, or set to 0; x itself unless
/// `training`.
Tensor dropout(const Tensor& x, double p, bool training);

}  // namespace tandem
