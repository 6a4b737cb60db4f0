// Modules that can be copied with everything in them.
#pragma once

#include "nn/module.h"

namespace tandem::nn {

/// Base of a module class `Derived` that makes and registers all its members in reset(): gives it
/// clone(). Random first values are drawn in every reset(), as in libtorch, a clone's too.
template <class Derived, class Base = Module> class Cloneable : public Base {
 public:
  using Base::Base;
  /// Makes and registers parameters, buffers and children, as the constructor does through it.
  virtual void reset() = 0;

  std::shared_ptr<Module> clone(const std::optional<Device>& device = {}) const override {
    const auto copy = std::make_shared<Derived>(static_cast<const Derived&>(*this));
    Cloneable& members = *copy;
    members.forget_members();
    members.reset();
    members.take_values(*this, device);
    return copy;
  }
};

/// The same for a module without members.
template <class Derived, class Base = Module> class Stateless : public Cloneable<Derived, Base> {
 public:
  using Cloneable<Derived, Base>::Cloneable;
  void reset() override {}
};

}  // namespace tandem::nn
