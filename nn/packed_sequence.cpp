// Packing and padding, composed of slices.
#include "nn/packed_sequence.h"

#include <algorithm>

#include "core/ops/cat.h"
#include "core/ops/factories.h"
#include "core/ops/indexing.h"
#include "core/ops/reduce.h"

namespace tandem::nn::utils::rnn {

namespace {

std::vector<std::int64_t> numbers_of(const char* op, const char* what, const Tensor& tensor) {
  check(tensor.defined() && tensor.dim() == 1 && tensor.dtype() == kInt64 && tensor.numel() > 0 &&
            tensor.device().is_cpu(),
        op, ": ", what, " must be an int64[n] on the CPU with n > 0, got ", tensor.describe());
  const Tensor own = tensor.contiguous();
  const auto* first = own.data_ptr<std::int64_t>();
  return {first, first + own.numel()};
}

Tensor tensor_of(const std::vector<std::int64_t>& numbers) {
  return tandem::tensor(numbers, TensorOptions(kInt64));
}

}  // namespace

Tensor invert_permutation(const Tensor& permutation) {
  return permutation.defined() ? argsort(permutation) : Tensor();
}

PackedSequence::PackedSequence(Tensor data, const Tensor& batch_sizes, Tensor sorted_indices,
                               Tensor unsorted_indices)
    : data_(std::move(data)),
      batch_sizes_(batch_sizes.defined() ? batch_sizes.contiguous() : Tensor()),
      sorted_indices_(std::move(sorted_indices)),
      unsorted_indices_(unsorted_indices.defined() ? std::move(unsorted_indices)
                                                   : invert_permutation(sorted_indices_)) {
  const std::vector<std::int64_t> sizes = numbers_of("PackedSequence", "batch_sizes", batch_sizes_);
  std::int64_t total = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    check(sizes[i] > 0 && (i == 0 || sizes[i] <= sizes[i - 1]),
          "PackedSequence: batch_sizes must be positive and must not grow, got ", sizes[i],
          " at step ", i);
    total += sizes[i];
  }
  check(data_.defined() && data_.dim() > 0 && data_.size(0) == total,
        "PackedSequence: batch_sizes add up to ", total, ", but the data are ", data_.describe());
  check(!sorted_indices_.defined() || sorted_indices_.numel() == sizes[0],
        "PackedSequence: sorted_indices must be int64[", sizes[0], "], got ",
        sorted_indices_.describe());
}

PackedSequence PackedSequence::with_data(Tensor data) const {
  return PackedSequence(std::move(data), batch_sizes_, sorted_indices_, unsorted_indices_);
}

PackedSequence PackedSequence::to(const TensorOptions& options) const {
  const auto moved = [&](const Tensor& indices) {
    return indices.defined() && options.has_device() ? indices.to(options.device()) : indices;
  };
  return PackedSequence(data_.to(options), batch_sizes_, moved(sorted_indices_),
                        moved(unsorted_indices_));
}

PackedSequence PackedSequence::pin_memory() const {
  const auto pinned = [](const Tensor& indices) {
    return indices.defined() ? indices.pin_memory() : indices;
  };
  return PackedSequence(data_.pin_memory(), batch_sizes_.pin_memory(), pinned(sorted_indices_),
                        pinned(unsorted_indices_));
}

PackedSequence pack_padded_sequence(Tensor input, const Tensor& lengths, bool batch_first,
                                    bool enforce_sorted) {
  std::vector<std::int64_t> own = numbers_of("pack_padded_sequence", "lengths", lengths);
  check(input.defined() && input.dim() >= 2, "pack_padded_sequence: expected time and batch, got ",
        input.describe());
  if (batch_first) input = input.transpose(0, 1);
  check(input.size(1) == lengths.numel(), "pack_padded_sequence: got ", lengths.numel(),
        " lengths for ", input.size(1), " sequences of ", input.describe());
  Tensor order;
  if (!enforce_sorted) {
    const auto [sorted, indices] = sort(lengths, 0, true);
    own = numbers_of("pack_padded_sequence", "lengths", sorted);
    order = indices.to(input.device());
    input = input.index_select(1, order);
  }
  check(std::is_sorted(own.rbegin(), own.rend()),
        "pack_padded_sequence: lengths must be sorted in decreasing order. You can pass "
        "`enforce_sorted=False` to have the sequences sorted");
  check(own.back() > 0 && own.front() <= input.size(0),
        "pack_padded_sequence: lengths must lie in [1, ", input.size(0), "], got ", own.back(),
        " to ", own.front());
  TensorList steps;
  std::vector<std::int64_t> sizes;
  auto count = static_cast<std::int64_t>(own.size());
  for (std::int64_t step = 0; step < own.front(); ++step) {
    while (own[static_cast<std::size_t>(count - 1)] <= step) --count;
    steps.push_back(input.select(0, step).narrow(0, 0, count));
    sizes.push_back(count);
  }
  return PackedSequence(cat(steps, 0), tensor_of(sizes), order);
}

std::tuple<Tensor, Tensor> pad_packed_sequence(const PackedSequence& sequence, bool batch_first,
                                               double padding_value,
                                               std::optional<std::int64_t> total_length) {
  const std::vector<std::int64_t> sizes =
      numbers_of("pad_packed_sequence", "batch_sizes", sequence.batch_sizes());
  const auto steps = static_cast<std::int64_t>(sizes.size());
  check(!total_length || *total_length >= steps, "pad_packed_sequence: Expected total_length to be",
        " at least the length of the longest sequence in input, ", steps, ", got ",
        total_length.value_or(0));
  std::vector<std::int64_t> lengths(static_cast<std::size_t>(sizes[0]));
  TensorList padded;
  const std::vector<Tensor> parts = sequence.data().split(sizes, 0);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (std::int64_t b = 0; b < sizes[i]; ++b) ++lengths[static_cast<std::size_t>(b)];
    Shape rest = parts[i].sizes();
    rest[0] = sizes[0] - sizes[i];
    padded.push_back(cat({parts[i], parts[i].new_full(rest, padding_value)}, 0));
  }
  const Tensor padding = full_like(padded[0].detach(), padding_value);
  while (static_cast<std::int64_t>(padded.size()) < total_length.value_or(0))
    padded.push_back(padding);
  Tensor result = stack(padded, 0), own_lengths = tensor_of(lengths);
  if (const Tensor& order = sequence.unsorted_indices(); order.defined()) {
    result = result.index_select(1, order);
    own_lengths = own_lengths.index_select(0, order.cpu());
  }
  return {batch_first ? result.transpose(0, 1) : result, own_lengths};
}

PackedSequence pack_sequence(const TensorList& sequences, bool enforce_sorted) {
  std::vector<std::int64_t> lengths;
  for (const Tensor& sequence : sequences) lengths.push_back(sequence.size(0));
  return pack_padded_sequence(pad_sequence(sequences), tensor_of(lengths), false, enforce_sorted);
}

}  // namespace tandem::nn::utils::rnn
