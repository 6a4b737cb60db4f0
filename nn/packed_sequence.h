// Sequences of different lengths in one tensor: padded, or packed step by step.
#pragma once

#include <optional>
#include <string>
#include <tuple>

#include "core/ops/padding.h"
#include "core/tensor/tensor.h"

namespace tandem::nn::utils::rnn {

/// Sequences without padding, the longest first: all first steps, then all second ones, ...
class PackedSequence {
 public:
  /// data: [all steps, ...]; batch_sizes: int64 [time], how many sequences have each step, on the
  /// CPU. sorted_indices: int64 [batch], where each sequence came from; unsorted_indices its
  /// inverse, made if it is left out. Throws Error if they do not go together.
  explicit PackedSequence(Tensor data, const Tensor& batch_sizes, Tensor sorted_indices = {},
                          Tensor unsorted_indices = {});

  const Tensor& data() const { return data_; }
  const Tensor& batch_sizes() const { return batch_sizes_; }
  const Tensor& sorted_indices() const { return sorted_indices_; }
  const Tensor& unsorted_indices() const { return unsorted_indices_; }
  /// The same sequences with other data, as a layer gives them.
  PackedSequence with_data(Tensor data) const;

  /// Data and indices as asked; the batch sizes stay on the CPU.
  PackedSequence to(const TensorOptions& options) const;
  PackedSequence cpu() const { return to(TensorOptions(kCPU)); }
  PackedSequence cuda() const { return to(TensorOptions(kCUDA)); }
  PackedSequence pin_memory() const;
  bool is_cuda() const { return data_.is_cuda(); }
  bool is_pinned() const { return data_.is_pinned(); }

 private:
  Tensor data_, batch_sizes_, sorted_indices_, unsorted_indices_;
};

/// int64 [n]: where each position went.
Tensor invert_permutation(const Tensor& permutation);

/// input: [time, batch, ...], or with batch_first [batch, time, ...]; lengths: int64 [batch] on the
/// CPU, at least 1. With enforce_sorted they must decrease, otherwise the sequences are sorted.
PackedSequence pack_padded_sequence(Tensor input, const Tensor& lengths, bool batch_first = false,
                                    bool enforce_sorted = true);
/// The sequences in their first order as [time, batch, ...], or with batch_first [batch, time,
/// ...], padded to total_length if that is given, and their lengths.
std::tuple<Tensor, Tensor> pad_packed_sequence(const PackedSequence& sequence,
                                               bool batch_first = false, double padding_value = 0,
                                               std::optional<std::int64_t> total_length = {});
using tandem::pad_sequence;
/// pack_padded_sequence of sequences [length, ...].
PackedSequence pack_sequence(const TensorList& sequences, bool enforce_sorted = true);

}  // namespace tandem::nn::utils::rnn
