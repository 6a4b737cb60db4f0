// The values of an optimizer's state to load.
#pragma once

#include <map>
#include <string>

#include "core/io/safetensors.h"

namespace tandem::optim::detail {

/// The values to load, by name; what was taken is known at the end.
class StateSource {
 public:
  explicit StateSource(const NamedTensors& values) {
    for (const auto& [name, value] : values)
      check(values_.emplace(name, value).second, "load_state_dict: the name '", name,
            "' appears twice");
  }
  /// Undefined if there is none.
  Tensor find(const std::string& name, const Shape& shape, bool is_real) {
    const auto found = values_.find(name);
    if (found == values_.end()) return {};
    Tensor value = found->second;
    check(value.sizes() == shape && value.is_floating_point() == is_real, "load_state_dict: '",
          name, "' is ", value.describe(), ", expected ", is_real ? "real numbers " : "an integer ",
          shape);
    values_.erase(found);
    return value;
  }
  Tensor take(const std::string& name, const Shape& shape, bool is_real) {
    Tensor value = find(name, shape, is_real);
    check(value.defined(), "load_state_dict: '", name, "' is missing");
    return value;
  }
  void expect_empty() const {
    check(values_.empty(), "load_state_dict: '",
          values_.empty() ? std::string() : values_.begin()->first,
          "' is unknown to this optimizer");
  }

 private:
  std::map<std::string, Tensor> values_;
};

}  // namespace tandem::optim::detail
