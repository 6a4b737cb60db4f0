// The gradient tape: one Node per recorded op, linked to the nodes (or leaves) of its inputs.
//
// Start here: record() puts an op on the tape; engine.cpp runs the tape backwards. A node's
// sequence number is larger than those of all nodes it depends on, so descending order is an order
// of execution.
#pragma once

#include <atomic>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include "core/base/memory.h"
#include "core/base/small_vector.h"
#include "core/tensor/tensor_impl.h"

namespace tandem::autograd {

/// Where a gradient goes: output `index` of `node`, or the leaf; neither if nobody wants it.
struct Edge {
  NodePtr node;
  Tensor leaf;
  std::uint32_t index = 0;

  bool wanted() const { return node || leaf.defined(); }
};

/// The edge that leads to `tensor`; unwanted if it does not require a gradient.
Edge edge_to(const Tensor& tensor);

/// A tensor kept for backward, with the version that it had; an undefined tensor is kept as such.
class SavedTensor {
 public:
  SavedTensor() = default;
  /// `is_output` marks a result of the owning node, which must not own itself.
  SavedTensor(const Tensor& tensor, bool is_output);
  /// The tensor, unless it was released or overwritten since: then throws, naming the owner.
  Tensor unpack(const Node& owner) const;
  void release();

 private:
  Tensor tensor_;
  std::uint32_t version_ = 0;
  std::uint32_t output_index_ = 0;
  bool is_output_ = false;
  bool kept_ = false;  ///< there is something to keep, released or not
};

class BackwardContext;

/// What the gradient of an output must look like.
struct OutputInfo {
  Shape shape;
  DType dtype = DType::Float32;
  Device device;
};

/// Hooks of a tensor that has a grad_fn live with that node.
struct NodeHooks : Pooled {
  struct Entry {
    std::uint32_t output;
    unsigned id;
    Hook hook;
  };
  List<Entry> entries;
  List<std::pair<std::uint32_t, TensorImpl*>> retained;  ///< cleared by ~TensorImpl
  unsigned next_id = 0;
};

struct Node : Pooled {
  explicit Node(const char* op) : name(op) {}
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Sets the gradients of the inputs from those of the outputs, in differentiable ops.
  virtual void apply(BackwardContext& pass) = 0;
  /// Lets go of what was kept for backward.
  virtual void release();
  void add_edge(Edge edge);

  const char* name;
  std::uint8_t overload = 0;  ///< PyTorch's number for it: 1 where an operand is a number, ...
  std::uint64_t sequence = 0;
  SmallVector<OutputInfo, 1> outputs;
  SmallVector<Edge, 3> edges;
  SmallVector<SavedTensor, 3> saved;
  std::unique_ptr<NodeHooks> hooks;

  /// A one as the gradient of output 0, where backward() began, unless it is there already.
  void make_seed();
  void drop_gradients() {
    gradients.clear();
    begins_backward = false;
  }

  // The engine's, while a backward runs.
  SmallVector<Tensor, 1> gradients;
  bool begins_backward = false;  ///< with the gradient 1, of which there is no tensor yet
  std::uint64_t run = 0;
  bool needed = true;  ///< lies on a way to a captured tensor
  bool runs = true;    ///< is not only captured itself

  std::atomic<std::uint32_t> references{0};
  Node* next_to_delete = nullptr;
};

/// What a node sees of one backward.
class BackwardContext {
 public:
  explicit BackwardContext(Node& node) : node_(node) { results_.resize(node.edges.size()); }

  /// Gradient of an output; undefined if none arrived.
  const Tensor& grad(std::size_t output = 0) const {
    node_.make_seed();
    return node_.gradients[output];
  }
  /// Whether backward() began here without a gradient: it is 1, and as long as nobody calls grad(),
  /// no kernel writes it.
  bool grad_is_one() const { return node_.begins_backward; }
  /// Whether the op was recorded with an input i.
  bool has(std::size_t input) const { return input < node_.edges.size(); }
  /// Whether input i's gradient is wanted.
  bool needs(std::size_t input) const { return node_.edges[input].wanted(); }
  void set(std::size_t input, Tensor gradient) { results_[input] = std::move(gradient); }
  Tensor saved(std::size_t i) const { return node_.saved[i].unpack(node_); }
  Tensor take_result(std::size_t input) { return std::move(results_[input]); }

 private:
  Node& node_;
  SmallVector<Tensor, 3> results_;
};

/// Gives a view whose base was written in place on the tape since it was made the history that it
/// has now: that of a view of the base as it is. Other tensors stay as they are.
void refresh_view(const Tensor& tensor);
/// Makes a view that alone holds its base a tensor in its own right: what an op reshaped last, or
/// what is left of a tensor that went out of scope.
void drop_lone_base(const Tensor& tensor);
/// Records `view` anew as a view of its base, which is on the tape (core/ops/views.cpp).
void regenerate_view(const Tensor& view);

/// Whether an op on these has to be recorded.
inline bool records(const Tensor& a) {
  return is_grad_enabled() && a.defined() && a.requires_grad();
}
template <class... More> bool records(const Tensor& a, const More&... more) {
  return records(a) || records(more...);
}
bool records(std::span<const Tensor> tensors);

/// Makes `out` output number `index` of `maker`; what retain_grad asked for moves along.
void set_history(const Tensor& out, NodePtr maker, std::uint32_t index = 0);
/// Takes `tensor` off the tape.
void clear_history(TensorImpl& impl);
/// Tells a tensor's node that it need not keep the tensor's gradient (which may be about to die).
void forget_retained(const TensorImpl& impl);
/// Tells a tensor's node to keep the tensor's gradient.
void retain(TensorImpl& impl);

/// A node whose backward is a function object.
template <class Backward> struct LambdaNode final : Node {
  LambdaNode(const char* op, Backward function) : Node(op), backward(std::move(function)) {}
  void apply(BackwardContext& pass) override { backward(pass); }
  Backward backward;
};

/// A tensor to keep for backward; the default is an input.
struct Save {
  Save(const Tensor& kept, bool of_output = false) : tensor(kept), is_output(of_output) {}
  const Tensor& tensor;
  bool is_output = false;
};
inline Save output(const Tensor& tensor) { return {tensor, true}; }

/// Records `out` = op(inputs): `backward(BackwardContext&)` computes the inputs' gradients.
template <class Inputs, class Backward>
void record_list(const Tensor& out, const char* name, const Inputs& inputs,
                 std::initializer_list<Save> saves, Backward backward) {
  NodePtr made(new LambdaNode<Backward>(name, std::move(backward)));
  Node& node = *made;
  for (const Tensor& input : inputs) node.add_edge(edge_to(input));
  set_history(out, std::move(made));
  for (const Save& save : saves) node.saved.push_back(SavedTensor(save.tensor, save.is_output));
}
template <class Backward>
void record(const Tensor& out, const char* name,
            std::initializer_list<std::reference_wrapper<const Tensor>> inputs,
            std::initializer_list<Save> saves, Backward backward) {
  record_list(out, name, inputs, saves, std::move(backward));
}

}  // namespace tandem::autograd
