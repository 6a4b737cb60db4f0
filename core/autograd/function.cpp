// Custom functions on the tape.
#include "core/autograd/function.h"

#include <algorithm>

#include "core/autograd/node.h"

namespace tandem::autograd {

/// The tape's side of a custom function.
class CustomNode final : public Node {
 public:
  explicit CustomNode(FunctionCall::Backward backward) : Node("Function"), backward_(backward) {}
  void apply(BackwardContext& pass) override;
  void finish(std::span<const Tensor> inputs, std::span<Tensor> outputs);
  AutogradContext context;

 private:
  FunctionCall::Backward backward_;
};

namespace {
CustomNode& custom(const NodePtr& node) { return static_cast<CustomNode&>(*node); }
}  // namespace

FunctionCall::FunctionCall(Backward backward) : node_(new CustomNode(backward)) {}
AutogradContext* FunctionCall::context() const { return &custom(node_).context; }
bool FunctionCall::records() const { return autograd::records(inputs_); }

void FunctionCall::add_argument(const Tensor& input) {
  context()->edge_of_argument_.push_back(static_cast<int>(inputs_.size()));
  inputs_.push_back(input);
}
void FunctionCall::add_argument(const TensorList& inputs) {
  for (const Tensor& input : inputs) add_argument(input);
}
void FunctionCall::add_other() { context()->edge_of_argument_.push_back(-1); }

void FunctionCall::finish(std::span<Tensor> outputs) {
  for (Tensor& output : outputs)
    if (std::any_of(inputs_.begin(), inputs_.end(),
                    [&](const Tensor& input) { return input.is_same(output); }))
      output = output.detach();
  custom(node_).finish(inputs_, outputs);
}

TensorList AutogradContext::get_saved_variables() const {
  check(node_ != nullptr, "Function: saved tensors can be read only in backward");
  TensorList tensors;
  for (std::size_t i = 0; i < node_->saved.size(); ++i)
    tensors.push_back(node_->saved[i].unpack(*node_));
  return tensors;
}

bool AutogradContext::needs_input_grad(std::size_t i) const {
  check(i < edge_of_argument_.size(), "Function: there is no argument ", i);
  const int edge = edge_of_argument_[i];
  return edge >= 0 && (node_ == nullptr || node_->edges[static_cast<std::size_t>(edge)].wanted());
}

void CustomNode::finish(std::span<const Tensor> inputs, std::span<Tensor> results) {
  for (const Tensor& input : inputs) add_edge(edge_to(input));
  outputs.resize(results.size());
  for (std::uint32_t i = 0; i < results.size(); ++i) {
    outputs[i] = {results[i].sizes(), results[i].dtype(), results[i].device()};
    if (results[i].is_floating_point()) set_history(results[i], NodePtr(this), i);
  }
  for (const Tensor& tensor : context.to_save_) {
    const bool is_output = tensor.defined() && tensor.impl()->grad_fn.get() == this;
    saved.push_back(SavedTensor(tensor, is_output));
  }
  context.to_save_.clear();
  context.node_ = this;
}

void CustomNode::apply(BackwardContext& pass) {
  TensorList grads;
  for (std::uint32_t i = 0; i < outputs.size(); ++i) {
    const OutputInfo& like = outputs[i];
    grads.push_back(pass.grad(i).defined()
                        ? pass.grad(i)
                        : make_tensor(like.shape, like.dtype, like.device).fill_(0));
  }
  TensorList results = backward_(&context, grads);
  // Undefined gradients of arguments that were left to their defaults are no error, as in libtorch.
  while (results.size() > context.edge_of_argument_.size() && !results.back().defined())
    results.pop_back();
  check(results.size() == context.edge_of_argument_.size(), "Function: backward returned ",
        results.size(), " gradients for ", context.edge_of_argument_.size(),
        " arguments of forward");
  for (std::size_t i = 0; i < results.size(); ++i) {
    const int edge = context.edge_of_argument_[i];
    if (edge < 0 || !results[i].defined()) continue;
    pass.set(static_cast<std::size_t>(edge), results[i]);
  }
}

}  // namespace tandem::autograd
