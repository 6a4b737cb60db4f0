// Edges, saved tensors and the life of nodes.
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
void intrusive_retain(Node* node) { retain_one(node->references); }

void intrusive_release(Node* node) {
  if (!release_last(node->references)) return;
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
  if (!tensor.defined() || !tensor.requires_grad()) return {};
  TensorImpl& impl = *tensor.impl();
  if (!impl.grad_fn) return {nullptr, tensor, 0};
  return {impl.grad_fn, {}, impl.output_index};
}

bool records(std::span<const Tensor> tensors) {
  return std::any_of(tensors.begin(), tensors.end(), [](const Tensor& t) { return records(t); });
}

void forget_retained(const TensorImpl& impl) {
  if (impl.extras != nullptr && impl.extras->retains_grad && impl.grad_fn &&
      impl.grad_fn->hooks != nullptr)
    std::erase_if(impl.grad_fn->hooks->retained,
                  [&](const auto& entry) { return entry.second == &impl; });
}

void retain(TensorImpl& impl) {
  Node& node = *impl.grad_fn;
  if (node.hooks == nullptr) node.hooks = std::make_unique<NodeHooks>();
  node.hooks->retained.emplace_back(impl.output_index, &impl);
}

void clear_history(TensorImpl& impl) {
  forget_retained(impl);
  impl.grad_fn = nullptr;
  impl.requires_grad = false;
}

void set_history(const Tensor& out, NodePtr maker, std::uint32_t index) {
  TensorImpl& impl = *out.impl();
  forget_retained(impl);
  impl.grad_fn = std::move(maker);
  impl.output_index = index;
  impl.requires_grad = true;
  Node& node = *impl.grad_fn;
  if (node.outputs.size() <= index) node.outputs.resize(index + 1);
  node.outputs[index] = {impl.shape, impl.dtype, impl.storage->device()};
  if (impl.extras != nullptr && impl.extras->retains_grad) retain(impl);
}

SavedTensor::SavedTensor(const Tensor& tensor, bool is_output) : is_output_(is_output) {
  if (!tensor.defined()) return;
  const TensorImpl& impl = *tensor.impl();
  // A leaf that requires a gradient is kept itself: its identity counts and the tape refuses writes
  // to it. Anything else may get a history later that leads to the node that keeps it, so it is
  // kept as a view of its own; an output, which has such a history already, without it.
  const bool leaf = impl.requires_grad && !impl.grad_fn;
  tensor_ = leaf && !is_output ? tensor : make_view(tensor, impl.shape, impl.strides, impl.offset);
  if (!is_output && impl.grad_fn) set_history(tensor_, impl.grad_fn, impl.output_index);
  version_ = impl.storage->version();
  output_index_ = impl.output_index;
  kept_ = true;
}

Tensor SavedTensor::unpack(const Node& owner) const {
  if (!kept_) return {};
  check(tensor_.defined(), owner.name,
        ": backward through the graph a second time: what this op kept was released by the first "
        "backward; pass retain_graph=true there if it is needed again");
  const std::uint32_t now = tensor_.version();
  check(now == version_, owner.name, ": a tensor kept for backward, ", tensor_.describe(),
        ", was modified in place: it is at version ", now, ", expected version ", version_);
  if (!is_output_ || !is_grad_enabled()) return tensor_;
  const TensorImpl& impl = *tensor_.impl();
  Tensor output = make_view(tensor_, impl.shape, impl.strides, impl.offset);
  set_history(output, NodePtr(const_cast<Node*>(&owner)), output_index_);
  return output;
}

void SavedTensor::release() { tensor_ = Tensor(); }

void refresh_view(const Tensor& tensor) {
  const TensorImpl& impl = *tensor.impl();
  if (!impl.base || impl.base_history == TensorImpl::off_the_tape) return;
  // A base that was detached leaves its views on the tape.
  if (impl.base->grad_fn && impl.base->grad_fn->sequence != impl.base_history)
    regenerate_view(tensor);
}

void drop_lone_base(const Tensor& tensor) {
  TensorImpl& impl = *tensor.impl();
  if (!impl.base || impl.base->references.load(std::memory_order_acquire) != 1) return;
  refresh_view(tensor);
  impl.base = nullptr;
}

}  // namespace tandem::autograd
