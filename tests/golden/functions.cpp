#include "functions.h"

namespace tandem::golden {

FunctionTable& functions() {
  static FunctionTable table = [] {
    FunctionTable result;
    add_elementwise_functions(result);
    add_reduction_functions(result);
    add_shape_functions(result);
    add_index_functions(result);
    add_inplace_functions(result);
    add_nn_functions(result);
    add_composed_functions(result);
    return result;
  }();
  return table;
}

const Value* Arguments::find(std::size_t position, const std::string& name) {
  used_positions_.insert(position);
  used_names_.insert(name);
  const Value* found = nullptr;
  if (position < positional_.size()) {
    found = &positional_[position];
  } else if (const auto entry = keywords_.find(name); entry != keywords_.end()) {
    found = &entry->second;
  }
  return found && !found->is<Nothing>() ? found : nullptr;
}

const Value& Arguments::require(std::size_t position, const std::string& name) {
  const Value* found = find(position, name);
  if (!found) unsupported("a call without its argument ", name);
  return *found;
}

const Tensor& Arguments::tensor(std::size_t position, const std::string& name) {
  return require(position, name).tensor();
}

Tensor Arguments::optional_tensor(std::size_t position, const std::string& name) {
  const Value* found = find(position, name);
  return found ? found->tensor() : Tensor();
}

std::int64_t Arguments::integer(std::size_t position, const std::string& name) {
  return require(position, name).integer();
}

std::int64_t Arguments::integer(std::size_t position, const std::string& name,
                                std::int64_t otherwise) {
  const Value* found = find(position, name);
  return found ? found->integer() : otherwise;
}

double Arguments::real(std::size_t position, const std::string& name, double otherwise) {
  const Value* found = find(position, name);
  return found ? found->real() : otherwise;
}

bool Arguments::flag(std::size_t position, const std::string& name, bool otherwise) {
  const Value* found = find(position, name);
  return found ? found->truth() : otherwise;
}

std::string Arguments::text(std::size_t position, const std::string& name,
                            const std::string& otherwise) {
  const Value* found = find(position, name);
  return found ? found->text() : otherwise;
}

Shape Arguments::shape_from(std::size_t position) {
  if (position < positional_.size() && positional_[position].is<Sequence>()) {
    return require(position, "size").shape();
  }
  Shape shape;
  for (std::size_t i = position; i < positional_.size(); ++i) {
    shape.push_back(require(i, "size").integer());
  }
  return shape;
}

void Arguments::check_all_used() const {
  for (std::size_t i = 0; i < positional_.size(); ++i) {
    if (!used_positions_.contains(i)) unsupported("positional argument ", i);
  }
  for (const auto& [name, value] : keywords_) {
    if (!used_names_.contains(name)) unsupported("argument ", name);
  }
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const auto& [name, function] : functions()) names.push_back(name);
  return names;
}

Value call(const std::string& name, Arguments arguments, CallForm form) {
  const auto entry = functions().find(name);
  if (entry == functions().end()) unsupported(name);
  const Function& function = entry->second;
  const bool allowed = form == CallForm::method ? function.as_method : function.as_function;
  if (!allowed) unsupported(name, form == CallForm::method ? " as a method" : " as a function");
  try {
    Value result = function.call(arguments);
    arguments.check_all_used();
    return result;
  } catch (const Unsupported& reason) {
    unsupported(name, ": ", reason.what());
  }
}

}  // namespace tandem::golden
