// How containers print.
#include "nn/modules/container.h"

#include <ostream>

namespace tandem::nn {

namespace {

/// What PyTorch says of parameters: their dtype with a capital, and their shape.
void print_parameters(std::ostream& stream, const Module& module) {
  stream << "torch::nn::" << module.label() << "(\n";
  for (const auto& [name, tensor] : module.named_parameters(false, false))
    stream << '(' << name << "): Parameter containing: [" << toString(tensor.dtype()) << " of size "
           << tensor.sizes() << "]\n";
  stream << ')';
}

}  // namespace

void ModuleListImpl::pretty_print(std::ostream& stream) const { stream << "torch::nn::ModuleList"; }
void ModuleDictImpl::pretty_print(std::ostream& stream) const { stream << "torch::nn::ModuleDict"; }
void ParameterListImpl::pretty_print(std::ostream& stream) const {
  print_parameters(stream, *this);
}
void ParameterDictImpl::pretty_print(std::ostream& stream) const {
  print_parameters(stream, *this);
}

}  // namespace tandem::nn
