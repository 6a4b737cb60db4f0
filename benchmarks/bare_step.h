// The floor of a training step: the backend's kernels that the step needs, called in a row on
// memory that is there, with no tensors, tape, modules or optimizer around them.
#pragma once

#include <vector>

#include "benchmarks/nets.h"
#include "core/backend/backend.h"

namespace bench {

class BareStep {
 public:
  /// Starts from the parameters that the training has now, which must be before its first step.
  BareStep(const Net& net, const Training& training);
  void operator()() {
    forward();
    loss();
    backward();
    update();
  }
  void forward();   ///< products, biases, tanh
  void loss();      ///< the cross-entropy and its gradient
  void backward();  ///< tanh's slope, products, the biases' sums; consumes the loss's gradient
  void loss_and_backward() {
    loss();
    backward();
  }
  void update();  ///< Adam
  /// Whether `steps` steps of this and of the training, which runs here, give the same bits in the
  /// loss and in every parameter.
  bool equals(Training& training, int steps);

 private:
  struct Layer {
    tandem::Tensor weight, bias, z, y, grad_weight, grad_bias, grad_y;
    tandem::Tensor moments[2][2];  ///< of the weight, of the bias
    tandem::LinearCall forward;
    tandem::LinearBackwardCall backward;
  };
  void lay_out(std::size_t i, std::int64_t rows);
  void add_slot(const tandem::Tensor& parameter, const tandem::Tensor& gradient,
                tandem::Tensor (&moments)[2]);

  tandem::ElementwiseCall tanh_;
  tandem::Tensor x_, labels_, loss_, count_, one_;
  tandem::Tensor gradients_[2];  ///< of the layers' outputs, in turn: few blocks stay in the cache
  std::vector<Layer> layers_;
  tandem::CrossEntropyCall cross_entropy_;
  tandem::CrossEntropyBackwardCall cross_entropy_backward_;
  tandem::rules::Adam adam_;
  std::vector<tandem::ParameterSlot> slots_;
  std::int64_t steps_ = 0;
};

}  // namespace bench
