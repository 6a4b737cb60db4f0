// Batches of data, drawn in PyTorch's order.
#pragma once

#include <vector>

#include "core/tensor/tensor.h"

namespace tandem::data {

/// Cuts tensors with one first dimension into batches:
///   for (const TensorList& batch : DataLoader({x, y}, 32, true)) ...
/// Each pass with shuffle draws a new order from default_generator(), the one that PyTorch's
/// DataLoader with no workers would draw.
class DataLoader {
 public:
  DataLoader(TensorList tensors, std::int64_t batch_size, bool shuffle = false,
             bool drop_last = false);

  class Iterator {
   public:
    Iterator(const DataLoader& loader, Tensor order, std::int64_t index)
        : loader_(&loader), order_(std::move(order)), index_(index) {}
    /// The current batch, cut when it is first asked for.
    TensorList& operator*() {
      if (batch_.empty()) batch_ = loader_->batch(order_, index_);
      return batch_;
    }
    TensorList* operator->() { return &**this; }
    Iterator& operator++() {
      ++index_;
      batch_.clear();
      return *this;
    }
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    const DataLoader* loader_;
    Tensor order_;
    std::int64_t index_;
    TensorList batch_;
  };

  /// Starts a pass: draws its order.
  Iterator begin() const { return {*this, draw_order(), 0}; }
  Iterator end() const { return {*this, {}, size()}; }
  /// Batches in a pass.
  std::int64_t size() const;

 private:
  Tensor draw_order() const;
  TensorList batch(const Tensor& order, std::int64_t index) const;

  TensorList tensors_;
  std::int64_t batch_size_;
  bool shuffle_, drop_last_;
};

/// Random disjoint index sets of the given sizes, which add up to the whole; int64 each.
std::vector<Tensor> random_split(const std::vector<std::int64_t>& lengths);

}  // namespace tandem::data
