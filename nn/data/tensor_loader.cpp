// Cuts tensors into batches, in PyTorch's order.
#include "nn/data/tensor_loader.h"

#include <numeric>

#include "core/ops/factories.h"
#include "core/ops/random.h"

namespace tandem::data {

DataLoader::DataLoader(TensorList tensors, std::int64_t batch_size, bool shuffle, bool drop_last)
    : tensors_(std::move(tensors)),
      batch_size_(batch_size),
      shuffle_(shuffle),
      drop_last_(drop_last) {
  check(!tensors_.empty() && batch_size > 0,
        "DataLoader: needs at least one tensor and a positive batch size, got ", tensors_.size(),
        " tensors and batch size ", batch_size);
  for (const Tensor& tensor : tensors_)
    check(tensor.dim() > 0 && tensor.size(0) == tensors_[0].size(0),
          "DataLoader: the first dimensions differ: ", tensors_[0].describe(), " and ",
          tensor.describe());
}

std::int64_t DataLoader::size() const {
  const std::int64_t rows = tensors_[0].size(0);
  return drop_last_ ? rows / batch_size_ : (rows + batch_size_ - 1) / batch_size_;
}

Tensor DataLoader::draw_order() const {
  // PyTorch draws a base seed for its workers even when there are none, then one for the sampler.
  const auto draw = [] { return empty({1}, kInt64).random_().item<std::int64_t>(); };
  draw();
  if (!shuffle_) return {};
  return randperm(tensors_[0].size(0), {}, Generator(static_cast<std::uint64_t>(draw())));
}

TensorList DataLoader::batch(const Tensor& order, std::int64_t index) const {
  TensorList result;
  for (const Tensor& tensor : tensors_) {
    const std::int64_t start = index * batch_size_;
    result.push_back(
        order.defined()
            ? tensor.index_select(0, order.slice(0, start, start + batch_size_).to(tensor.device()))
            : tensor.slice(0, start, start + batch_size_).clone());
  }
  return result;
}

std::vector<Tensor> random_split(const std::vector<std::int64_t>& lengths) {
  return randperm(std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0})).split(lengths);
}

}  // namespace tandem::data
