// Tables to classify: those shipped with the samples, and the user's own.
#pragma once

#include <string>
#include <vector>

#include "core/tensor/tensor.h"

namespace samples {

struct Table {
  tandem::Tensor x;  ///< [rows, features]
  tandem::Tensor y;  ///< int64 [rows], classes counted from 0
  std::int64_t classes;
  double goal;  ///< held-out accuracy that a small net reaches
  bool scaled;  ///< whether the features are of one scale already
};

/// "digits", "iris", "breast_cancer" or "csv:FILE", whose first line may name its columns. `target`
/// is the name or the number, from 1, of the column with the classes; empty stands for the last.
/// Throws Error saying what there is.
Table load_table(const std::string& data, const std::string& target);

/// A random fifth of the rows held out, the features scaled to mean 0 and deviation 1 on the
/// others.
struct Split {
  tandem::Tensor train_x, train_y, test_x, test_y;

  explicit Split(const Table& table);
  void to(const tandem::Device& device, tandem::DType dtype);
};

}  // namespace samples
