// Modules in files.
#pragma once

#include <string>

#include "core/io/safetensors.h"
#include "nn/module.h"

namespace tandem::nn {

/// Parameters, then buffers, under their dotted names.
NamedTensors state_dict(const Module& module);
/// Copies values into the module's parameters and buffers. Every name must be known and none may be
/// missing, and shapes must agree: otherwise throws Error naming them, and nothing changes.
void load_state_dict(Module& module, const NamedTensors& values);

/// state_dict to a safetensors file and back, with the same strictness.
void save(const Module& module, const std::string& path);
void load(Module& module, const std::string& path);

/// Also for handles and shared pointers.
template <class Pointer>
requires requires(const Pointer& pointer) { static_cast<Module&>(*pointer); }
void save(const Pointer& module, const std::string& path) {
  save(static_cast<const Module&>(*module), path);
}
template <class Pointer>
requires requires(const Pointer& pointer) { static_cast<Module&>(*pointer); }
void load(const Pointer& module, const std::string& path) {
  load(static_cast<Module&>(*module), path);
}

}  // namespace tandem::nn

namespace tandem {
using nn::load;
using nn::save;
}  // namespace tandem
