// What is done to examples and batches before a program gets them, as torch::data::transforms.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "core/base/names.h"
#include "core/ops/cat.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "nn/data/example.h"

namespace tandem::data::transforms {

/// From a batch to another.
template <class InputBatch, class OutputBatch> class BatchTransform {
 public:
  using InputBatchType = InputBatch;
  using OutputBatchType = OutputBatch;
  virtual ~BatchTransform() = default;
  virtual OutputBatch apply_batch(InputBatch input_batch) = 0;
};

/// From an example to another.
template <class Input, class Output> class Transform
    : public BatchTransform<std::vector<Input>, std::vector<Output>> {
 public:
  using InputType = Input;
  using OutputType = Output;
  virtual Output apply(Input input) = 0;
  std::vector<Output> apply_batch(std::vector<Input> input_batch) override {
    std::vector<Output> outputs;
    outputs.reserve(input_batch.size());
    for (Input& input : input_batch) outputs.push_back(apply(std::move(input)));
    return outputs;
  }
};

/// A function of a batch, or of an example.
template <class Input, class Output = Input> class BatchLambda
    : public BatchTransform<Input, Output> {
 public:
  using FunctionType = std::function<Output(Input)>;
  explicit BatchLambda(FunctionType function) : function_(std::move(function)) {}
  Output apply_batch(Input input_batch) override { return function_(std::move(input_batch)); }

 private:
  FunctionType function_;
};
template <class Input, class Output = Input> class Lambda : public Transform<Input, Output> {
 public:
  using FunctionType = std::function<Output(Input)>;
  explicit Lambda(FunctionType function) : function_(std::move(function)) {}
  Output apply(Input input) override { return function_(std::move(input)); }

 private:
  FunctionType function_;
};

/// Of an example's data.
template <class Target = Tensor> class TensorTransform
    : public Transform<Example<Tensor, Target>, Example<Tensor, Target>> {
 public:
  virtual Tensor operator()(Tensor input) = 0;
  Example<Tensor, Target> apply(Example<Tensor, Target> input) override {
    input.data = (*this)(std::move(input.data));
    return input;
  }
};
template <class Target = Tensor> class TensorLambda : public TensorTransform<Target> {
 public:
  using FunctionType = std::function<Tensor(Tensor)>;
  explicit TensorLambda(FunctionType function) : function_(std::move(function)) {}
  Tensor operator()(Tensor input) override { return function_(std::move(input)); }

 private:
  FunctionType function_;
};

/// (data - mean) / stddev, with a number for each channel of data [channels, height, width], or
/// one.
template <class Target = Tensor> struct Normalize : TensorTransform<Target> {
  Normalize(ArrayRef<double> means, ArrayRef<double> stddevs)
      : mean(of_channels(means)), stddev(of_channels(stddevs)) {}
  Tensor operator()(Tensor input) override { return (input - mean) / stddev; }
  Tensor mean, stddev;

 private:
  static Tensor of_channels(ArrayRef<double> values) {
    return tensor(values.vec(), kFloat32).unsqueeze(1).unsqueeze(2);
  }
};

/// From a list to one, as a base and as a function.
template <class T, class BatchType = std::vector<T>> using Collation = BatchTransform<BatchType, T>;
template <class T, class BatchType = std::vector<T>> using Collate = BatchLambda<BatchType, T>;

/// Examples as one, with a first dimension of their number.
template <class ExampleType = Example<>> struct Stack;
template <> struct Stack<Example<>> : Collation<Example<>> {
  Example<> apply_batch(std::vector<Example<>> examples) override {
    TensorList data, targets;
    for (Example<>& example : examples) {
      data.push_back(std::move(example.data));
      targets.push_back(std::move(example.target));
    }
    return {stack(data), stack(targets)};
  }
};
template <> struct Stack<TensorExample> : Collation<TensorExample> {
  TensorExample apply_batch(std::vector<TensorExample> examples) override {
    TensorList data;
    for (TensorExample& example : examples) data.push_back(std::move(example.data));
    return stack(data);
  }
};

}  // namespace tandem::data::transforms
