// One item of a data set.
#pragma once

#include <utility>

#include "core/tensor/tensor.h"

namespace tandem::data {

namespace example {
using NoTarget = void;
}

/// Data with what is to be learned of it.
template <class Data = Tensor, class Target = Tensor> struct Example {
  using DataType = Data;
  using TargetType = Target;
  Example() = default;
  Example(Data own_data, Target own_target)
      : data(std::move(own_data)), target(std::move(own_target)) {}
  Data data;
  Target target;
};
/// Data alone.
template <class Data> struct Example<Data, example::NoTarget> {
  using DataType = Data;
  using TargetType = example::NoTarget;
  Example() = default;
  Example(Data own_data) : data(std::move(own_data)) {}
  operator Data&() { return data; }
  operator const Data&() const { return data; }
  Data data;
};
using TensorExample = Example<Tensor, example::NoTarget>;

}  // namespace tandem::data
