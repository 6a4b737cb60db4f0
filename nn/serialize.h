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

template <class Impl> void save(const ModuleHolder<Impl>& module, const std::string& path) {
  save(*module, path);
}
template <class Impl> void load(const ModuleHolder<Impl>& module, const std::string& path) {
  load(*module, path);
}

}  // namespace tandem::nn
