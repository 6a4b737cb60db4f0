// Modules in archives and files.
#pragma once

#include <memory>
#include <string>

#include "core/io/archive.h"
#include "nn/module.h"

namespace tandem::nn {

/// Parameters, then buffers, under their dotted names.
NamedTensors state_dict(const Module& module);
/// Copies values into the module's parameters and buffers. None may be missing, every name must be
/// known unless `allow_unknown`, and shapes must agree: otherwise throws Error naming them, and
/// nothing changes.
void load_state_dict(Module& module, const NamedTensors& values, bool allow_unknown = false);

/// module.save() and module.load(), for tandem::save and tandem::load.
serialize::OutputArchive& operator<<(serialize::OutputArchive& archive, const Module& module);
serialize::InputArchive& operator>>(serialize::InputArchive& archive, Module& module);

/// What holds a module: a shared pointer or a handle.
template <class Pointer>
concept ModulePointer = requires(const Pointer& pointer) {
  static_cast<Module&>(*pointer);
};
template <ModulePointer Pointer>
serialize::OutputArchive& operator<<(serialize::OutputArchive& archive, const Pointer& module) {
  return archive << static_cast<const Module&>(*module);
}
template <ModulePointer Pointer>
serialize::InputArchive& operator>>(serialize::InputArchive& archive, const Pointer& module) {
  return archive >> static_cast<Module&>(*module);
}

using tandem::load;
using tandem::save;

}  // namespace tandem::nn
