// Modules that can be copied with everything in them.
#pragma once

#include "nn/module.h"

namespace tandem::nn {

/// Base of a module class `Derived` that makes and registers all its members in reset(): gives it
/// clone().
template <class Derived> class Cloneable : public Module {
 public:
  using Module::Module;
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

}  // namespace tandem::nn
