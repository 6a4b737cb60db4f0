// How containers print.
#include "nn/modules/container.h"

#include <sstream>

namespace tandem::nn {

namespace {

/// What PyTorch says of parameters, a line each: their dtype with a capital, and their shape.
std::string parameter_lines(const Module& module) {
  std::ostringstream lines;
  lines << '\n';
  for (const auto& [name, tensor] : module.named_parameters(false, false))
    lines << '(' << name << "): Parameter containing: [" << toString(tensor.dtype()) << " of size "
          << tensor.sizes() << "]\n";
  return lines.str();
}

}  // namespace

void ModuleListImpl::pretty_print(std::ostream& stream) const { stream << "torch::nn::ModuleList"; }
void ModuleDictImpl::pretty_print(std::ostream& stream) const { stream << "torch::nn::ModuleDict"; }
std::string ParameterListImpl::extra_repr() const { return parameter_lines(*this); }
std::string ParameterDictImpl::extra_repr() const { return parameter_lines(*this); }

}  // namespace tandem::nn
