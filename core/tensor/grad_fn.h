// The op that made a tensor, to look at.
#pragma once

#include <iosfwd>
#include <string>

#include "core/base/intrusive_ptr.h"

namespace tandem {

namespace autograd {
struct Node;
void intrusive_retain(Node* node);
void intrusive_release(Node* node);
}  // namespace autograd
using NodePtr = IntrusivePtr<autograd::Node>;

/// What Tensor::grad_fn() gives: empty for a leaf.
class GradFn {
 public:
  GradFn() = default;
  explicit GradFn(NodePtr node) : node_(std::move(node)) {}
  explicit operator bool() const { return static_cast<bool>(node_); }
  bool operator==(std::nullptr_t) const { return !node_; }
  friend bool operator==(const GradFn& a, const GradFn& b) { return a.node_ == b.node_; }
  /// So that libtorch's `x.grad_fn()->name()` reads the same.
  const GradFn* operator->() const { return this; }
  /// The op with PyTorch's spelling, "TanhBackward0", with the number of the overload; Error for a
  /// leaf, which has none.
  std::string name() const;

 private:
  NodePtr node_;
};
std::ostream& operator<<(std::ostream& out, const GradFn& grad_fn);

}  // namespace tandem
