// The functions that cases call, by their PyTorch names: one table for methods (`x.sum(0)`),
// functions (`torch.sum(x, 0)`, `F.mse_loss(x, t)`) and the operations that other kinds of case
// name.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/base/reduction.h"
#include "expression_value.h"

namespace tandem::golden {

/// What a call was given. A method's receiver is argument 0. Each parameter is asked for by its
/// position and its name, as in PyTorch's signature; None counts as not given.
class Arguments {
 public:
  using Keywords = std::map<std::string, Value>;
  explicit Arguments(std::vector<Value> positional, Keywords keywords = {}, Device device = {})
      : positional_(std::move(positional)), keywords_(std::move(keywords)), device_(device) {}

  /// Where functions without a tensor argument make theirs.
  const Device& device() const { return device_; }
  /// The argument, or null if it was not given.
  const Value* find(std::size_t position, const std::string& name);
  const Value& require(std::size_t position, const std::string& name);
  const Tensor& tensor(std::size_t position, const std::string& name = "input");
  /// Undefined if it was not given.
  Tensor optional_tensor(std::size_t position, const std::string& name);
  std::int64_t integer(std::size_t position, const std::string& name);
  std::int64_t integer(std::size_t position, const std::string& name, std::int64_t otherwise);
  double real(std::size_t position, const std::string& name, double otherwise);
  bool flag(std::size_t position, const std::string& name, bool otherwise = false);
  std::string text(std::size_t position, const std::string& name, const std::string& otherwise);
  /// The integers from `position` on, given one by one or as one tuple.
  Shape shape_from(std::size_t position);

  /// Throws Unsupported if an argument was not asked for.
  void check_all_used() const;

 private:
  std::vector<Value> positional_;
  Keywords keywords_;
  Device device_;
  std::set<std::size_t> used_positions_;
  std::set<std::string> used_names_;
};

/// The argument `reduction`, the mean if it was not given.
Reduction reduction(Arguments& a, std::size_t position);

enum class CallForm { function, method };

struct Function {
  Value (*call)(Arguments&);
  bool as_function = true;
  bool as_method = true;
};
using FunctionTable = std::map<std::string, Function>;

// The parts of the table, each in its own file.
void add_elementwise_functions(FunctionTable& table);
void add_reduction_functions(FunctionTable& table);
void add_shape_functions(FunctionTable& table);
void add_index_functions(FunctionTable& table);
void add_inplace_functions(FunctionTable& table);
void add_nn_functions(FunctionTable& table);
/// After the others: some entries of the op lists take a number as well, or refuse reals.
void add_composed_functions(FunctionTable& table);

/// All of them; programs add theirs.
FunctionTable& functions();
/// The names of all of them.
std::vector<std::string> function_names();

/// Calls what PyTorch calls `name`; throws Unsupported, naming it, when Tandem has no such function
/// or it does not take these arguments.
Value call(const std::string& name, Arguments arguments, CallForm form);
/// Calls a function by its name alone.
inline Value call(const std::string& name, std::vector<Value> positional,
                  Arguments::Keywords keywords = {}) {
  return call(name, Arguments(std::move(positional), std::move(keywords)), CallForm::function);
}

}  // namespace tandem::golden
