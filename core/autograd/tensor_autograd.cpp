// The members of Tensor that reach the tape: gradients, hooks and backward().
#include <cctype>
#include <map>
#include <ostream>

#include "core/autograd/engine.h"
#include "core/autograd/node.h"
#include "core/tensor/tensor_impl.h"

namespace tandem {

TensorImpl::~TensorImpl() { autograd::forget_retained(*this); }

// A view's place on the tape is looked at only after it caught up with its base.
bool Tensor::requires_grad() const {
  const TensorImpl& impl = checked_impl();
  if (impl.base) autograd::refresh_view(*this);
  return impl.requires_grad;
}

const Tensor& Tensor::requires_grad_(bool value) const {
  check(!value || is_floating_point(),
        "requires_grad_: only floating-point tensors can require a gradient, got ", describe());
  check(value || is_leaf(),
        "requires_grad_: only a leaf can be told to stop requiring a gradient; use detach() on ",
        describe());
  impl_->requires_grad = value;
  return *this;
}

bool Tensor::is_leaf() const { return !grad_fn(); }
GradFn Tensor::grad_fn() const {
  const TensorImpl& impl = checked_impl();
  if (impl.base) autograd::refresh_view(*this);
  return GradFn(impl.grad_fn);
}

std::string GradFn::name() const {
  check(static_cast<bool>(node_), "grad_fn: a leaf has none");
  const std::string op = node_->name;
  // Ops that PyTorch's tape knows under another name.
  static const std::map<std::string, std::string> others = {
      {"linear", "addmm"}, {"matmul", "mm"},  {"to", "to_copy"},  {"multiply", "mul"},
      {"subtract", "sub"}, {"divide", "div"}, {"negative", "neg"}};
  const auto found = others.find(op);
  std::string name;
  bool starts_word = true;
  for (const char letter : found == others.end() ? op : found->second) {
    if (letter != '_') name += starts_word ? static_cast<char>(std::toupper(letter)) : letter;
    starts_word = letter == '_';
  }
  return name + "Backward" + std::to_string(node_->overload);
}
std::ostream& operator<<(std::ostream& out, const GradFn& grad_fn) {
  return out << (grad_fn ? grad_fn.name() : "none");
}

const Tensor& Tensor::grad() const {
  static const Tensor& none = *new Tensor;
  const TensorImpl& impl = checked_impl();
  return impl.extras == nullptr ? none : impl.extras->grad;
}
Tensor& Tensor::mutable_grad() const {
  checked_impl();
  return impl_->need_extras().grad;
}

bool Tensor::retains_grad() const {
  const TensorImpl& impl = checked_impl();
  return impl.extras != nullptr && impl.extras->retains_grad;
}

void Tensor::retain_grad() const {
  check(requires_grad(), "retain_grad: ", describe(), " does not require a gradient");
  if (is_leaf() || retains_grad()) return;
  impl_->need_extras().retains_grad = true;
  autograd::retain(*impl_);
}

unsigned Tensor::register_hook(Hook hook) const {
  check(requires_grad(), "register_hook: ", describe(), " does not require a gradient");
  if (is_leaf()) {
    AutogradExtras& extras = impl_->need_extras();
    extras.hooks.emplace_back(extras.next_hook, std::move(hook));
    return extras.next_hook++;
  }
  autograd::Node& node = *impl_->grad_fn;
  if (node.hooks == nullptr) node.hooks = std::make_unique<autograd::NodeHooks>();
  node.hooks->entries.push_back({impl_->output_index, node.hooks->next_id, std::move(hook)});
  return node.hooks->next_id++;
}

void Tensor::remove_hook(unsigned id) const {
  const TensorImpl& impl = checked_impl();
  if (impl.grad_fn && impl.grad_fn->hooks != nullptr)
    std::erase_if(impl.grad_fn->hooks->entries, [&](const auto& entry) {
      return entry.id == id && entry.output == impl.output_index;
    });
  if (impl.extras != nullptr)
    std::erase_if(impl.extras->hooks, [id](const auto& entry) { return entry.first == id; });
}

void Tensor::backward(const Tensor& gradient, std::optional<bool> retain_graph,
                      bool create_graph) const {
  autograd::run_backward({this, 1}, {&gradient, 1}, retain_graph, create_graph);
}

Tensor Tensor::detach() const {
  const TensorImpl& impl = checked_impl();
  return make_view(*this, impl.shape, impl.strides, impl.offset);
}

const Tensor& Tensor::detach_() const {
  checked_impl();
  autograd::drop_lone_base(*this);
  check(!(impl_->base && requires_grad()), "detach_: ", describe(),
        " is a view on the tape; use detach()");
  autograd::clear_history(*impl_);
  return *this;
}

}  // namespace tandem
