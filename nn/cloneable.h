// Modules that can be copied with everything in them.
#pragma once

#include <type_traits>
#include <typeinfo>

#include "nn/module.h"

namespace tandem::nn {

/// Base of a module class `Derived` with a clone(): a part of a module that is cloned becomes a
/// clone of the original's part, options and all. Throws Error if that is of another class.
template <class Derived, class Base = Module> class ClonedAsPart : public Base {
 public:
  using Base::Base;

 protected:
  void become_clone(const Module& other, const std::optional<Device>& device) override {
    const std::shared_ptr<Module> copy = other.clone(device);
    const auto* const own = dynamic_cast<const Derived*>(copy.get());
    check(own != nullptr && typeid(*own) == typeid(*this), "clone: reset() makes a ", this->name(),
          " where the original has a ", other.name());
    if constexpr (std::is_copy_assignable_v<Derived>)
      static_cast<Derived&>(*this) = *own;
    else
      Module::become_clone(other, device);
  }
};

/// Base of a module class `Derived` that makes and registers all its members in reset(): gives it
/// clone(). Random first values are drawn in every reset(), as in libtorch, a clone's too.
template <class Derived, class Base = Module> class Cloneable : public ClonedAsPart<Derived, Base> {
 public:
  using ClonedAsPart<Derived, Base>::ClonedAsPart;
  /// Makes and registers parameters, buffers and children, as the constructor does through it.
  virtual void reset() = 0;

  std::shared_ptr<Module> clone(const std::optional<Device>& device = {}) const override {
    const auto copy = std::make_shared<Derived>(static_cast<const Derived&>(*this));
    Cloneable& members = *copy;
    members.forget_members();
    members.reset();
    members.Module::become_clone(*this, device);
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
