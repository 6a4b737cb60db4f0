// Data sets, as torch::data::datasets: what gives the batches that a loader asks for.
//
//   struct Squares : data::datasets::Dataset<Squares> {
//     data::Example<> get(std::size_t i) override {
//       return {full({1}, double(i)), full({1}, double(i * i))};
//     }
//     std::optional<std::size_t> size() const override { return 100; }
//   };
//   auto set = Squares().map(data::transforms::Stack<>());
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/names.h"
#include "core/io/archive.h"
#include "core/ops/cat.h"
#include "nn/data/example.h"

namespace tandem::data::datasets {

template <class Source, class AppliedTransform> class MapDataset;
template <class Source, class AppliedTransform>
MapDataset<Source, AppliedTransform> map(Source dataset, AppliedTransform transform);

/// A set that answers a request of type BatchRequest, for most a list of indices, with a batch.
template <class Self, class Batch = std::vector<Example<>>,
          class BatchRequest = ArrayRef<std::size_t>>
class BatchDataset {
 public:
  using SelfType = Self;
  using BatchType = Batch;
  using BatchRequestType = BatchRequest;
  static constexpr bool is_stateful = false;

  virtual ~BatchDataset() = default;
  virtual Batch get_batch(BatchRequest request) = 0;
  /// How many examples there are, if that is known.
  virtual std::optional<std::size_t> size() const = 0;
  /// This set with a transform on what it gives.
  template <class AppliedTransform>
  MapDataset<Self, AppliedTransform> map(AppliedTransform transform) & {
    return datasets::map(static_cast<Self&>(*this), std::move(transform));
  }
  template <class AppliedTransform>
  MapDataset<Self, AppliedTransform> map(AppliedTransform transform) && {
    return datasets::map(std::move(static_cast<Self&>(*this)), std::move(transform));
  }
};

/// A set of single examples; a batch is a list of them.
template <class Self, class SingleExample = Example<>> class Dataset
    : public BatchDataset<Self, std::vector<SingleExample>> {
 public:
  using ExampleType = SingleExample;
  virtual ExampleType get(std::size_t index) = 0;
  std::vector<ExampleType> get_batch(ArrayRef<std::size_t> indices) override {
    std::vector<ExampleType> batch;
    batch.reserve(indices.size());
    for (const std::size_t index : indices) batch.push_back(get(index));
    return batch;
  }
};

/// A set that gives the next so many examples.
template <class Self, class Batch = std::vector<Example<>>> using StreamDataset =
    BatchDataset<Self, Batch, std::size_t>;

/// A set that counts for itself where it is, and ends a pass with a batch that is nothing. With
/// workers, get_batch is called by several threads.
template <class Self, class Batch = std::vector<Example<>>, class BatchRequest = std::size_t>
class StatefulDataset : public BatchDataset<Self, std::optional<Batch>, BatchRequest> {
 public:
  static constexpr bool is_stateful = true;
  /// Starts a pass.
  virtual void reset() = 0;
  virtual void save(serialize::OutputArchive& archive) const = 0;
  virtual void load(serialize::InputArchive& archive) = 0;
};

namespace detail {
template <bool is_optional, class T> using OptionalIf =
    std::conditional_t<is_optional, std::optional<T>, T>;
}

/// A set whose batches go through a transform.
template <class Source, class AppliedTransform> class MapDataset
    : public BatchDataset<
          MapDataset<Source, AppliedTransform>,
          detail::OptionalIf<Source::is_stateful, typename AppliedTransform::OutputBatchType>,
          typename Source::BatchRequestType> {
 public:
  using DatasetType = Source;
  using TransformType = AppliedTransform;
  using BatchRequestType = typename Source::BatchRequestType;
  using OutputBatchType =
      detail::OptionalIf<Source::is_stateful, typename AppliedTransform::OutputBatchType>;
  static constexpr bool is_stateful = Source::is_stateful;

  MapDataset(Source dataset, AppliedTransform transform)
      : dataset_(std::move(dataset)), transform_(std::move(transform)) {}

  OutputBatchType get_batch(BatchRequestType request) override {
    auto batch = dataset_.get_batch(std::move(request));
    if constexpr (is_stateful) {
      if (!batch) return std::nullopt;
      return transform_.apply_batch(std::move(*batch));
    } else {
      return transform_.apply_batch(std::move(batch));
    }
  }
  std::optional<std::size_t> size() const override { return dataset_.size(); }
  void reset() requires is_stateful { dataset_.reset(); }
  const Source& dataset() const { return dataset_; }
  const AppliedTransform& transform() const { return transform_; }

 private:
  Source dataset_;
  AppliedTransform transform_;
};

template <class Source, class AppliedTransform>
MapDataset<Source, AppliedTransform> map(Source dataset, AppliedTransform transform) {
  return {std::move(dataset), std::move(transform)};
}

/// A set that copies of this one, such as those of workers, share.
template <class Shared> class SharedBatchDataset
    : public BatchDataset<SharedBatchDataset<Shared>, typename Shared::BatchType,
                          typename Shared::BatchRequestType> {
 public:
  using BatchRequestType = typename Shared::BatchRequestType;
  static constexpr bool is_stateful = Shared::is_stateful;

  SharedBatchDataset(std::shared_ptr<Shared> dataset) : dataset_(std::move(dataset)) {}
  typename Shared::BatchType get_batch(BatchRequestType request) override {
    return dataset_->get_batch(std::move(request));
  }
  std::optional<std::size_t> size() const override { return dataset_->size(); }
  void reset() requires is_stateful { dataset_->reset(); }
  Shared& operator*() { return *dataset_; }
  const Shared& operator*() const { return *dataset_; }
  Shared* operator->() { return dataset_.get(); }
  const Shared* operator->() const { return dataset_.get(); }

 private:
  std::shared_ptr<Shared> dataset_;
};
template <class Shared, class... Arguments>
SharedBatchDataset<Shared> make_shared_dataset(Arguments&&... arguments) {
  return std::make_shared<Shared>(std::forward<Arguments>(arguments)...);
}

/// The slices of a tensor along its first dimension.
struct TensorDataset : Dataset<TensorDataset, TensorExample> {
  explicit TensorDataset(const TensorList& tensors) : TensorDataset(stack(tensors)) {}
  explicit TensorDataset(Tensor all) : tensor(std::move(all)) {
    check(tensor.defined() && tensor.dim() > 0,
          "TensorDataset: expected at least one dimension, got ", tensor.describe());
  }
  TensorExample get(std::size_t index) override {
    return tensor.select(0, static_cast<std::int64_t>(index));
  }
  std::optional<std::size_t> size() const override {
    return static_cast<std::size_t>(tensor.size(0));
  }
  Tensor tensor;
};

/// The handwritten digits of LeCun, Cortes and Burges in the four files of their database,
/// "train-images-idx3-ubyte", "train-labels-idx1-ubyte" and the same of "t10k", in the folder
/// `root`. Images are float32 [1, 28, 28] in [0, 1], targets int64. Throws IoError, naming the
/// file, if one is missing or is not what it should be.
class MNIST : public Dataset<MNIST> {
 public:
  enum class Mode { kTrain, kTest };
  explicit MNIST(const std::string& root, Mode mode = Mode::kTrain);
  Example<> get(std::size_t index) override;
  std::optional<std::size_t> size() const override {
    return static_cast<std::size_t>(images_.size(0));
  }
  bool is_train() const { return is_train_; }
  const Tensor& images() const { return images_; }
  const Tensor& targets() const { return targets_; }

 private:
  bool is_train_;
  Tensor images_, targets_;
};

}  // namespace tandem::data::datasets

namespace tandem::data {
using datasets::BatchDataset;
using datasets::Dataset;
}  // namespace tandem::data
