// In which order a loader asks for examples, as torch::data::samplers.
#pragma once

#include <optional>
#include <vector>

#include "core/io/archive.h"
#include "core/tensor/tensor.h"

namespace tandem::data::samplers {

/// Gives requests of type BatchRequest until a pass is over.
template <class BatchRequest = std::vector<std::size_t>> class Sampler {
 public:
  using BatchRequestType = BatchRequest;
  virtual ~Sampler() = default;
  /// Starts a pass, over another number of examples if it is given.
  virtual void reset(std::optional<std::size_t> new_size) = 0;
  void reset() { reset(std::nullopt); }
  /// For at most `batch_size` examples; nothing once the pass is over.
  virtual std::optional<BatchRequest> next(std::size_t batch_size) = 0;
  /// Where in a pass the sampler is.
  virtual void save(serialize::OutputArchive& archive) const = 0;
  virtual void load(serialize::InputArchive& archive) = 0;
};

/// Indices in an order that is drawn anew for every pass, from default_generator(), and once when
/// the sampler is made, as libtorch does.
class RandomSampler : public Sampler<> {
 public:
  explicit RandomSampler(std::int64_t size, DType index_dtype = kInt64);
  using Sampler<>::reset;
  void reset(std::optional<std::size_t> new_size) override;
  std::optional<std::vector<std::size_t>> next(std::size_t batch_size) override;
  void save(serialize::OutputArchive& archive) const override;
  void load(serialize::InputArchive& archive) override;
  std::size_t index() const { return static_cast<std::size_t>(index_); }

 private:
  Tensor indices_;
  std::int64_t index_ = 0;
};

/// 0, 1, ...
class SequentialSampler : public Sampler<> {
 public:
  explicit SequentialSampler(std::size_t size) : size_(size) {}
  using Sampler<>::reset;
  void reset(std::optional<std::size_t> new_size) override;
  std::optional<std::vector<std::size_t>> next(std::size_t batch_size) override;
  void save(serialize::OutputArchive& archive) const override;
  void load(serialize::InputArchive& archive) override;
  std::size_t index() const { return index_; }

 private:
  std::size_t size_, index_ = 0;
};

/// The number of examples that a stream is asked for.
struct BatchSize {
  explicit BatchSize(std::size_t count) : size_(count) {}
  std::size_t size() const { return size_; }
  operator std::size_t() const { return size_; }

 private:
  std::size_t size_;
};
/// Asks a stream for examples until `epoch_size` were.
class StreamSampler : public Sampler<BatchSize> {
 public:
  explicit StreamSampler(std::size_t epoch_size) : epoch_size_(epoch_size) {}
  using Sampler<BatchSize>::reset;
  void reset(std::optional<std::size_t> new_size) override;
  std::optional<BatchSize> next(std::size_t batch_size) override;
  void save(serialize::OutputArchive& archive) const override;
  void load(serialize::InputArchive& archive) override;

 private:
  std::size_t examples_retrieved_so_far_ = 0, epoch_size_;
};

}  // namespace tandem::data::samplers
