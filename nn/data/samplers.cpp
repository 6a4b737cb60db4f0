// Orders of examples.
#include "nn/data/samplers.h"

#include <algorithm>

#include "core/ops/compare.h"
#include "core/ops/factories.h"
#include "core/ops/indexing.h"
#include "core/ops/random.h"

namespace tandem::data::samplers {

namespace {

void write_position(serialize::OutputArchive& archive, std::size_t index) {
  archive.write("index", IValue(index));
}
std::size_t read_position(serialize::InputArchive& archive, std::size_t most) {
  IValue index;
  archive.read("index", index);
  check(index.toInt() >= 0 && static_cast<std::size_t>(index.toInt()) <= most,
        "sampler: the index ", index.toInt(), " to load lies outside [0, ", most, "]");
  return static_cast<std::size_t>(index.toInt());
}

}  // namespace

RandomSampler::RandomSampler(std::int64_t size, DType index_dtype)
    : indices_(randperm(size, index_dtype)) {}

void RandomSampler::reset(std::optional<std::size_t> new_size) {
  const std::int64_t size = new_size ? static_cast<std::int64_t>(*new_size) : indices_.numel();
  indices_ = randperm(size, indices_.dtype());
  index_ = 0;
}

std::optional<std::vector<std::size_t>> RandomSampler::next(std::size_t batch_size) {
  const std::int64_t end =
      std::min(indices_.numel(), index_ + static_cast<std::int64_t>(batch_size));
  if (index_ >= end) return std::nullopt;
  const Tensor part = indices_.slice(0, index_, end).to(kInt64).contiguous();
  const std::int64_t* data = part.data_ptr<std::int64_t>();
  index_ = end;
  return std::vector<std::size_t>(data, data + part.numel());
}

void RandomSampler::save(serialize::OutputArchive& archive) const {
  write_position(archive, index());
  archive.write("indices", indices_);
}
void RandomSampler::load(serialize::InputArchive& archive) {
  Tensor indices;
  archive.read("indices", indices);
  check(indices.dim() == 1 && !indices.is_floating_point() &&
            equal(std::get<0>(indices.sort()), arange(indices.numel(), indices.dtype())),
        "sampler: the indices to load are no permutation: ", indices.describe());
  index_ =
      static_cast<std::int64_t>(read_position(archive, static_cast<std::size_t>(indices.numel())));
  indices_ = indices;
}

void SequentialSampler::reset(std::optional<std::size_t> new_size) {
  size_ = new_size.value_or(size_);
  index_ = 0;
}

std::optional<std::vector<std::size_t>> SequentialSampler::next(std::size_t batch_size) {
  const std::size_t end = std::min(size_, index_ + batch_size);
  if (index_ >= end) return std::nullopt;
  std::vector<std::size_t> indices;
  for (; index_ < end; ++index_) indices.push_back(index_);
  return indices;
}

void SequentialSampler::save(serialize::OutputArchive& archive) const {
  write_position(archive, index_);
}
void SequentialSampler::load(serialize::InputArchive& archive) {
  index_ = read_position(archive, size_);
}

void StreamSampler::reset(std::optional<std::size_t> new_size) {
  epoch_size_ = new_size.value_or(epoch_size_);
  examples_retrieved_so_far_ = 0;
}

std::optional<BatchSize> StreamSampler::next(std::size_t batch_size) {
  if (examples_retrieved_so_far_ >= epoch_size_) return std::nullopt;
  const std::size_t count = std::min(batch_size, epoch_size_ - examples_retrieved_so_far_);
  examples_retrieved_so_far_ += count;
  return BatchSize(count);
}

void StreamSampler::save(serialize::OutputArchive& archive) const {
  write_position(archive, examples_retrieved_so_far_);
}
void StreamSampler::load(serialize::InputArchive& archive) {
  examples_retrieved_so_far_ = read_position(archive, epoch_size_);
}

}  // namespace tandem::data::samplers
