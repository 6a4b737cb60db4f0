// State dicts of modules, in memory and in files.
#include "nn/serialize.h"

#include <algorithm>

namespace tandem::nn {

namespace {

template <class List> auto find_name(const List& list, const std::string& name) {
  return std::find_if(list.begin(), list.end(),
                      [&](const auto& entry) { return entry.first == name; });
}

/// The names of `wanted` that `present` lacks, as text.
std::string missing_names(const NamedTensors& wanted, const NamedTensors& present) {
  std::string names;
  for (const auto& [name, tensor] : wanted)
    if (find_name(present, name) == present.end()) names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace

NamedTensors state_dict(const Module& module) {
  NamedTensors all;
  for (const auto& parameter : module.named_parameters()) all.push_back(parameter);
  for (const auto& buffer : module.named_buffers()) all.push_back(buffer);
  return all;
}

void load_state_dict(Module& module, const NamedTensors& values, bool allow_unknown) {
  const NamedTensors own = state_dict(module);
  // PyTorch writes a tensor that several names share under each of them.
  NamedTensors every;
  for (const auto& parameter : module.named_parameters(true, false)) every.push_back(parameter);
  for (const auto& buffer : module.named_buffers(true, false)) every.push_back(buffer);
  const std::string missing = missing_names(own, values),
                    unknown = allow_unknown ? "" : missing_names(values, every);
  check(missing.empty() && unknown.empty(), "load_state_dict: the names do not match ",
        module.name(), ": missing [", missing, "], unknown [", unknown, "]");
  for (auto entry = values.begin(); entry != values.end(); ++entry)
    check(find_name(values, entry->first) == entry, "load_state_dict: the name '", entry->first,
          "' appears twice");
  std::erase_if(every,
                [&](const auto& entry) { return find_name(values, entry.first) == values.end(); });
  for (const auto& [name, tensor] : every) {
    const Tensor& value = find_name(values, name)->second;
    check(
        value.sizes() == tensor.sizes() && value.is_floating_point() == tensor.is_floating_point(),
        "load_state_dict: '", name, "' is ", value.describe(), ", expected ", tensor.describe());
  }
  const NoGradGuard guard;
  for (const auto& [name, tensor] : every) {
    Tensor target = tensor;
    target.copy_(find_name(values, name)->second);
  }
}

serialize::OutputArchive& operator<<(serialize::OutputArchive& archive, const Module& module) {
  module.save(archive);
  return archive;
}
serialize::InputArchive& operator>>(serialize::InputArchive& archive, Module& module) {
  module.load(archive);
  return archive;
}

void Module::save(serialize::OutputArchive& archive) const {
  for (const auto& [name, tensor] : state_dict(*this)) archive.write(name, tensor);
}
void Module::load(serialize::InputArchive& archive) {
  load_state_dict(*this, archive.tensors(), !archive.is_strict());
}

}  // namespace tandem::nn
