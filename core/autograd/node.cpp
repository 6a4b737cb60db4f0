#include "core/autograd/node.h"

#include <algorithm>

namespace tandem::autograd {

namespace {

/// Grows on every node of a thread; a node also exceeds the nodes it depends on, wherever those
/// come from.
thread_local std::uint64_t last_sequence = 0;

}  // namespace

// A node's destructor may drop the last reference to the nodes before it. They are deleted in a
// loop by whoever came first, not by recursion, so that a chain of any length goes in constant
// stack.
void intrusive_retain(Node* node) { node->references.fetch_add(1, std::memory_order_relaxed); }

void intrusive_release(Node* node) {
  if (node->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  thread_local Node* pending = nullptr;
  thread_local bool deleting = false;
  node->next_to_delete = pending;
  pending = node;
  if (deleting) return;
  deleting = true;
  while (pending != nullptr) {
    Node* next = pending;
    pending = next->next_to_delete;
    delete next;
  }
  deleting = false;
}

void Node::release() {
  for (std::size_t i = 0; i < saved.size(); ++i) saved[i].release();
}

void Node::add_edge(Edge edge) {
  const std::uint64_t before = edge.node ? edge.node->sequence : 0;
  sequence = last_sequence = std::max({last_sequence + 1, sequence, before + 1});
  edges.push_back(std::move(edge));
}

Edge edge_to(const Tensor& tensor) {
  if (!tensor.requires_grad()) return {};
  TensorImpl& impl = *tensor.impl();
  if (!impl.grad_fn) return {nullptr, tensor, 0};
  check(
      !impl.differentiable_view || impl.view_version == impl.storage->version(), impl.grad_fn->name,
      ": this view (", tensor.describe(),
      ") was made before its storage was written in place, so its gradient history is out of date; "
      "make the view again after the write");
  return {impl.grad_fn, {}, impl.output_index};
}

bool records(const TensorList& tensors) {
  if (!is_grad_enabled()) return false;
  return std::any_of(tensors.begin(), tensors.end(),
                     [](const Tensor& t) { return t.requires_grad(); });
}

void set_history(const Tensor& out, const NodePtr& node, std::uint32_t index) {
  TensorImpl& impl = *out.impl();
  impl.grad_fn = node;
  impl.output_index = index;
  impl.requires_grad = true;
}

SavedTensor::SavedTensor(const Tensor& tensor, bool is_output) : is_output_(is_output) {
  const TensorImpl& impl = *tensor.impl();
  tensor_ = is_output ? make_view(tensor, impl.shape, impl.strides, impl.offset) : tensor;
  version_ = impl.storage->version();
  output_index_ = impl.output_index;
}

Tensor SavedTensor::unpack(const Node& owner) const {
  check(!released_, owner.name,
        ": backward through the graph a second time: what this op kept was released by the first "
        "backward; "
        "pass retain_graph=true there if it is needed again");
  const std::uint32_t now = tensor_.version();
  check(now == version_, owner.name, ": a tensor kept for backward, ", tensor_.describe(),
        ", was modified in place: it is at version ", now, ", expected version ", version_);
  if (!is_output_ || !is_grad_enabled()) return tensor_;
  const TensorImpl& impl = *tensor_.impl();
  Tensor output = make_view(tensor_, impl.shape, impl.strides, impl.offset);
  set_history(output, NodePtr(const_cast<Node*>(&owner)), output_index_);
  return output;
}

void SavedTensor::release() {
  tensor_ = Tensor();
  released_ = true;
}

void check_inplace(const char* op, const Tensor& tensor) {
  if (!is_grad_enabled()) return;
  check(!(tensor.requires_grad() && tensor.is_leaf()), op, ": a leaf that requires a gradient (",
        tensor.describe(), ") cannot be written in place; use NoGradGuard, or work on a clone");
  check(!(tensor.impl()->differentiable_view), op, ": ", tensor.describe(),
        " is a view made while recording gradients; writing it in place is not supported on the "
        "tape. Use "
        "NoGradGuard, index_put on the base, or an out-of-place op");
}

}  // namespace tandem::autograd
