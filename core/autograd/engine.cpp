// The engine pops nodes from a heap by descending sequence number. Since a node's number exceeds
// those of all nodes it depends on, every contribution to a node has arrived when it is popped: the
// order is fixed, no dependency is counted, and activations are freed as early as they can be. It
// runs on the caller's thread; threads may run it at the same time on graphs that share no nodes
// but leaves.
#include "core/autograd/engine.h"

#include <algorithm>
#include <array>
#include <mutex>

#include "core/autograd/node.h"
#include "core/backend/backend.h"
#include "core/tensor/autocast.h"

namespace tandem::autograd {
namespace {

std::atomic<std::uint64_t> last_run{0};

/// Leaves may be shared by graphs that run at the same time.
std::mutex& leaf_mutex(const TensorImpl* leaf) {
  static std::array<std::mutex, 64> mutexes;
  return mutexes[(reinterpret_cast<std::uintptr_t>(leaf) >> 8) % mutexes.size()];
}

bool fits(const Tensor& gradient, const OutputInfo& expected) {
  return gradient.sizes() == expected.shape && gradient.dtype() == expected.dtype &&
         gradient.device() == expected.device;
}

/// Throws unless `gradient` looks like what it is the gradient of: a hook, a custom function or the
/// caller may have made another. `maker` made it, as gradient number `index`.
void check_gradient(const char* maker, std::size_t index, const Tensor& gradient,
                    const OutputInfo& expected) {
  check(fits(gradient, expected), "backward: gradient ", index, " of ", maker, " is ",
        gradient.describe(), ", expected ", expected.dtype, expected.shape, " on ",
        expected.device);
}

/// `gradient` as what it is the gradient of looks. A custom function may leave broadcast dimensions
/// and the dtype to the engine, as in PyTorch; any other misfit is an error.
Tensor fitted(const char* maker, std::size_t index, Tensor gradient, const OutputInfo& expected) {
  if (fits(gradient, expected)) return gradient;
  const Shape& wide = gradient.sizes();
  if (gradient.device() == expected.device && gradient.is_floating_point() &&
      is_floating_point(expected.dtype) && broadcasts(expected.shape, wide) &&
      broadcast_shapes("backward", expected.shape, wide) == wide)
    return gradient.sum_to_size(expected.shape).to(expected.dtype);
  check_gradient(maker, index, gradient, expected);
  return gradient;
}

OutputInfo info_of(const Tensor& tensor) {
  return {tensor.sizes(), tensor.dtype(), tensor.device()};
}

Tensor apply_hooks(const Tensor& gradient, const Hook& hook) {
  Tensor replaced = hook(gradient);
  if (!replaced.defined()) return gradient;
  check_gradient("a hook", 0, replaced, info_of(gradient));
  return replaced;
}

/// A copy, since a hook may add or remove hooks.
List<std::pair<unsigned, Hook>> hooks_of(const Tensor& leaf) {
  const std::lock_guard lock(leaf_mutex(leaf.impl()));
  const AutogradExtras* extras = leaf.impl()->extras.get();
  if (extras == nullptr) return {};
  return extras->hooks;
}

/// Whether nobody else can see the memory of `gradient`, so that a leaf may keep it.
bool is_unshared(const Tensor& gradient) {
  return gradient.impl()->references == 1 && gradient.impl()->storage->unshared() &&
         gradient.is_contiguous() && gradient.storage_offset() == 0;
}

/// Under the leaf's mutex.
void add_to_grad(const Tensor& leaf, Tensor gradient) {
  Tensor& total = leaf.mutable_grad();
  if (is_grad_enabled()) {
    total = total.defined() ? total.add(gradient) : gradient.clone();
  } else if (total.defined()) {
    total.add_(gradient);
  } else {
    total = is_unshared(gradient) ? std::move(gradient) : gradient.clone();
  }
}

void accumulate(const Tensor& leaf, Tensor gradient) {
  const std::lock_guard lock(leaf_mutex(leaf.impl()));
  add_to_grad(leaf, std::move(gradient));
}

/// Gives the leaf its gradient unless it has hooks, which have to see the gradient first.
bool accumulate_unhooked(const Tensor& leaf, Tensor& gradient) {
  const std::lock_guard lock(leaf_mutex(leaf.impl()));
  const AutogradExtras* extras = leaf.impl()->extras.get();
  if (extras != nullptr && !extras->hooks.empty()) return false;
  add_to_grad(leaf, std::move(gradient));
  return true;
}

/// A one, written without the checks of an op.
Tensor one_like(const Shape& shape, DType dtype, const Device& device) {
  Tensor one = make_tensor(shape, dtype, device);
  LoopPlan plan;
  plan.operands = 2;
  backend_for(one).run(CopyCall{plan, {nullptr, one.dtype(), 1}, output_of(one)});
  return one;
}

using Gradients = SmallVector<Tensor, 1>;

/// One call of backward() or grad().
class GraphTask {
 public:
  GraphTask(bool keep, const TensorList* captured) : keep_(keep), requested_inputs_(captured) {
    heap_.reserve(8);
    if (requested_inputs_ == nullptr) return;
    id_ = last_run.fetch_add(1) + 1;
    results_.resize(requested_inputs_->size());
  }
  ~GraphTask() {
    for (const NodePtr& node : heap_) node->drop_gradients();  // only after an exception
  }

  void execute(std::span<const Tensor> outputs, Gradients gradients) {
    if (requested_inputs_ != nullptr) find_needed(outputs);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      Edge edge = edge_to(outputs[i]);
      if (!gradients[i].defined()) {
        if (begin_with_one(edge)) continue;
        gradients[i] = one_like(outputs[i].sizes(), outputs[i].dtype(), outputs[i].device());
      }
      accumulate_into(std::move(edge), std::move(gradients[i]), "the caller", i);
    }
    while (!heap_.empty()) {
      std::pop_heap(heap_.begin(), heap_.end(), later);
      const NodePtr node = std::move(heap_.back());
      heap_.pop_back();
      execute(*node);
    }
    for (auto& [leaf, gradient] : hooked_leaves_) finish_leaf(leaf, gradient);
  }

  TensorList& results() { return results_; }

 private:
  static bool later(const NodePtr& a, const NodePtr& b) { return a->sequence < b->sequence; }

  /// Begins with the gradient 1 at `edge` if its node can do without a tensor of it.
  bool begin_with_one(const Edge& edge) {
    Node* node = edge.node.get();
    if (requested_inputs_ != nullptr || node == nullptr || node->hooks != nullptr ||
        node->outputs.size() != 1 || !node->gradients.empty())
      return false;
    node->gradients.resize(1);
    node->begins_backward = true;
    push(edge.node);
    return true;
  }

  void push(NodePtr node) {
    heap_.push_back(std::move(node));
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  /// The gradients of a node's outputs have all arrived.
  void execute(Node& node) {
    struct Cleanup {
      Node& node;
      ~Cleanup() { node.drop_gradients(); }
    } cleanup{node};
    run_hooks(node);
    if (requested_inputs_ != nullptr) capture(node);
    if (requested_inputs_ != nullptr && !node.runs) return;
    BackwardContext pass(node);
    node.apply(pass);
    node.drop_gradients();
    if (!keep_) node.release();
    for (std::size_t i = 0; i < node.edges.size(); ++i)
      if (Tensor gradient = pass.take_result(i); gradient.defined())
        accumulate_into(node.edges[i], std::move(gradient), node.name, i);
  }

  /// From a temporary edge the heap takes the handle of the node over.
  template <class AnEdge>
  void accumulate_into(AnEdge&& edge, Tensor gradient, const char* maker, std::size_t index) {
    if (edge.leaf.defined()) {
      gradient = fitted(maker, index, std::move(gradient), info_of(edge.leaf));
      return deliver_to_leaf(edge.leaf, std::move(gradient));
    }
    if (!edge.node) return;
    Node& node = *edge.node;
    gradient = fitted(maker, index, std::move(gradient), node.outputs[edge.index]);
    if (requested_inputs_ != nullptr && !(node.run == id_ && node.needed)) return;
    if (node.gradients.empty()) {
      node.gradients.resize(node.outputs.size());
      push(std::forward<AnEdge>(edge).node);
    }
    node.make_seed();
    Tensor& slot = node.gradients[edge.index];
    slot = slot.defined() ? slot.add(gradient) : std::move(gradient);
  }

  /// Hooks see a leaf's whole gradient once, so such leaves (and captured ones) wait for the end.
  void deliver_to_leaf(const Tensor& leaf, Tensor gradient) {
    if (requested_inputs_ == nullptr && accumulate_unhooked(leaf, gradient)) return;
    for (auto& [known, total] : hooked_leaves_)
      if (known.is_same(leaf)) {
        total = total.add(gradient);
        return;
      }
    hooked_leaves_.emplace_back(leaf, gradient);
  }

  void finish_leaf(const Tensor& leaf, Tensor& gradient) {
    for (const auto& [id, hook] : hooks_of(leaf)) gradient = apply_hooks(gradient, hook);
    if (requested_inputs_ == nullptr) return accumulate(leaf, gradient);
    for (std::size_t i = 0; i < requested_inputs_->size(); ++i)
      if ((*requested_inputs_)[i].is_same(leaf)) results_[i] = gradient;
  }

  void run_hooks(Node& node) {
    if (node.hooks == nullptr) return;
    const auto entries = node.hooks->entries;
    for (const NodeHooks::Entry& entry : entries) {
      Tensor& gradient = node.gradients[entry.output];
      if (gradient.defined()) gradient = apply_hooks(gradient, entry.hook);
    }
    if (requested_inputs_ != nullptr) return;
    for (const auto& [index, impl] : node.hooks->retained)
      if (node.gradients[index].defined())
        accumulate(Tensor(IntrusivePtr(impl)), node.gradients[index]);
  }

  void capture(const Node& node) {
    for (std::size_t i = 0; i < requested_inputs_->size(); ++i) {
      const TensorImpl& impl = *(*requested_inputs_)[i].impl();
      if (impl.grad_fn.get() == &node) results_[i] = node.gradients[impl.output_index];
    }
  }

  bool is_captured(const Edge& edge) const {
    return std::any_of(requested_inputs_->begin(), requested_inputs_->end(), [&](const Tensor& t) {
      if (edge.leaf.defined()) return t.is_same(edge.leaf);
      return edge.node && t.impl()->grad_fn == edge.node;
    });
  }

  /// Marks the nodes that lie on a way from the outputs to a captured tensor.
  void find_needed(std::span<const Tensor> outputs) {
    List<Node*> reached;
    const auto visit = [&](Node* node) {
      if (node == nullptr || node->run == id_) return;
      node->run = id_;
      node->needed = false;
      node->runs = true;
      reached.push_back(node);
    };
    for (const Tensor& output : outputs) visit(output.impl()->grad_fn.get());
    for (std::size_t next = 0; next < reached.size(); ++next)
      for (std::size_t i = 0; i < reached[next]->edges.size(); ++i)
        visit(reached[next]->edges[i].node.get());
    std::sort(reached.begin(), reached.end(),
              [](const Node* a, const Node* b) { return a->sequence < b->sequence; });
    for (Node* node : reached) {
      for (std::size_t i = 0; i < node->edges.size() && !node->needed; ++i) {
        const Edge& edge = node->edges[i];
        node->needed = is_captured(edge) || (edge.node && edge.node->needed);
      }
    }
    // A captured tensor's own node is reached, though not run unless something beyond it is
    // captured too.
    for (const Tensor& tensor : *requested_inputs_)
      if (Node* node = tensor.impl()->grad_fn.get();
          node != nullptr && node->run == id_ && !node->needed) {
        node->needed = true;
        node->runs = false;
      }
  }

  std::uint64_t id_ = 0;  ///< where only a part of the graph runs
  const bool keep_;
  const TensorList* requested_inputs_;
  TensorList results_;
  List<NodePtr> heap_;
  List<std::pair<Tensor, Tensor>> hooked_leaves_;
};

Gradients checked_gradients(const char* op, std::span<const Tensor> outputs,
                            std::span<const Tensor> gradients) {
  check(gradients.empty() || gradients.size() == outputs.size(), op, ": got ", outputs.size(),
        " outputs but ", gradients.size(), " gradients");
  Gradients checked;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& output = outputs[i];
    check(output.defined(), op, ": output ", i, " is undefined");
    check(output.requires_grad(), op, ": output ", i, " (", output.describe(),
          ") does not require a gradient and has no grad_fn");
    if (!gradients.empty() && gradients[i].defined()) {
      const Tensor& gradient = gradients[i];
      check(gradient.sizes() == output.sizes() && gradient.dtype() == output.dtype() &&
                gradient.device() == output.device(),
            op, ": the gradient (", gradient.describe(), ") does not match the output (",
            output.describe(), ")");
      checked.push_back(gradient);
      continue;
    }
    check(output.numel() == 1, op,
          ": a gradient can be left out only for an output of one element, got ",
          output.describe());
    checked.push_back(Tensor());
  }
  return checked;
}

}  // namespace

void Node::make_seed() {
  if (!begins_backward) return;
  gradients[0] = one_like(outputs[0].shape, outputs[0].dtype, outputs[0].device);
  begins_backward = false;
}

void backward(const TensorList& outputs, const TensorList& gradients,
              std::optional<bool> retain_graph, bool create_graph, const TensorList& inputs) {
  if (!inputs.empty()) {
    const TensorList found = grad(outputs, inputs, gradients, retain_graph, create_graph, true);
    const AutoGradMode mode(create_graph);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto first = std::find_if(inputs.begin(), inputs.end(),
                                      [&](const Tensor& t) { return t.is_same(inputs[i]); });
      if (found[i].defined() && &*first == &inputs[i]) accumulate(inputs[i], found[i]);
    }
    return;
  }
  run_backward(outputs, gradients, retain_graph, create_graph);
}

void run_backward(std::span<const Tensor> outputs, std::span<const Tensor> gradients,
                  std::optional<bool> retain_graph, bool create_graph) {
  Gradients checked = checked_gradients("backward", outputs, gradients);
  const AutoGradMode mode(create_graph);
  const AutocastGuard as_in_forward(kBFloat16, false);
  reporting_bad_alloc("backward", [&] {
    GraphTask(retain_graph.value_or(create_graph), nullptr).execute(outputs, std::move(checked));
  });
}

TensorList grad(const TensorList& outputs, const TensorList& inputs, const TensorList& grad_outputs,
                std::optional<bool> retain_graph, bool create_graph, bool allow_unused) {
  Gradients checked = checked_gradients("autograd::grad", outputs, grad_outputs);
  check(!inputs.empty(), "autograd::grad: needs at least one input");
  for (std::size_t i = 0; i < inputs.size(); ++i)
    check(inputs[i].defined() && inputs[i].requires_grad(), "autograd::grad: input ", i, " (",
          inputs[i].describe(), ") does not require a gradient");
  const AutoGradMode mode(create_graph);
  const AutocastGuard as_in_forward(kBFloat16, false);
  TensorList found = reporting_bad_alloc("autograd::grad", [&] {
    GraphTask run(retain_graph.value_or(create_graph), &inputs);
    run.execute(outputs, std::move(checked));
    return std::move(run.results());
  });
  for (std::size_t i = 0; i < inputs.size(); ++i)
    check(allow_unused || found[i].defined(), "autograd::grad: the outputs do not depend on input ",
          i, " (", inputs[i].describe(),
          "); pass allow_unused=true to get an undefined gradient for it");
  return found;
}

}  // namespace tandem::autograd

namespace tandem {

void backward(const Tensor& tensor, const Tensor& gradient) { tensor.backward(gradient); }

}  // namespace tandem
