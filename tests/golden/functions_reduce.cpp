// Reductions, softmax and cumulative sums.
#include "core/ops/compare.h"
#include "core/ops/elementwise.h"
#include "core/ops/reduce.h"
#include "core/ops/softmax.h"
#include "functions.h"

namespace tandem::golden {

namespace {

/// sum and mean: over everything, or f(x, dim, keepdim).
template <Tensor (*all)(const Tensor&), Tensor (*some)(const Tensor&, const Shape&, bool)>
Value over_dims(Arguments& a) {
  const Value* dims = a.find(1, "dim");
  const bool keepdim = a.flag(2, "keepdim");
  return dims ? some(a.tensor(0), dims->shape(), keepdim) : all(a.tensor(0));
}

/// var and std: f(x, dim, unbiased, keepdim).
template <Tensor (*function)(const Tensor&, const Shape&, bool, bool)> Value spread(Arguments& a) {
  const Value* dims = a.find(1, "dim");
  const bool unbiased = a.flag(2, "unbiased", true);
  const bool keepdim = a.flag(3, "keepdim");
  return function(a.tensor(0), dims ? dims->shape() : Shape(), unbiased, keepdim);
}

/// max and min: of everything, along a dimension with positions, or of two tensors.
template <Tensor (*all)(const Tensor&),
          std::tuple<Tensor, Tensor> (*along)(const Tensor&, std::int64_t, bool),
          Tensor (*of_two)(const Tensor&, const Tensor&)>
Value extreme(Arguments& a) {
  const Value* second = a.find(1, "dim");
  const bool keepdim = a.flag(2, "keepdim");
  if (!second) return all(a.tensor(0));
  if (second->is<Tensor>()) return of_two(a.tensor(0), second->tensor());
  return along(a.tensor(0), second->integer(), keepdim);
}

/// argmax and argmin.
template <Tensor (*function)(const Tensor&, std::optional<std::int64_t>, bool)>
Value position(Arguments& a) {
  const Value* dim = a.find(1, "dim");
  const auto along = dim ? std::optional(dim->integer()) : std::nullopt;
  return function(a.tensor(0), along, a.flag(2, "keepdim"));
}

/// amax and amin.
template <Tensor (*function)(const Tensor&, const Shape&, bool)>
Value shared_extreme(Arguments& a) {
  const Value* dims = a.find(1, "dim");
  return function(a.tensor(0), dims ? dims->shape() : Shape(), a.flag(2, "keepdim"));
}

template <Tensor (*function)(const Tensor&, std::int64_t)> Value along_dim(Arguments& a) {
  return function(a.tensor(0), a.integer(1, "dim"));
}

Value product(Arguments& a) {
  const Value* dim = a.find(1, "dim");
  const bool keepdim = a.flag(2, "keepdim");
  return dim ? prod(a.tensor(0), dim->integer(), keepdim) : prod(a.tensor(0));
}

Value p_norm(Arguments& a) {
  const Value* p = a.find(1, "p");
  const Value* dims = a.find(2, "dim");
  const bool keepdim = a.flag(3, "keepdim");
  const Scalar power = p ? p->scalar() : Scalar(2);
  return dims ? norm(a.tensor(0), power, dims->shape(), keepdim) : norm(a.tensor(0), power);
}

}  // namespace

void add_reduction_functions(FunctionTable& table) {
  table["sum"] = {over_dims<tandem::sum, tandem::sum>};
  table["mean"] = {over_dims<tandem::mean, tandem::mean>};
  table["prod"] = {product};
  table["var"] = {spread<tandem::var>};
  table["std"] = {spread<tandem::std>};
  table["norm"] = {p_norm};
  table["max"] = {extreme<tandem::max, tandem::max, tandem::maximum>};
  table["min"] = {extreme<tandem::min, tandem::min, tandem::minimum>};
  table["amax"] = {shared_extreme<tandem::amax>};
  table["amin"] = {shared_extreme<tandem::amin>};
  table["argmax"] = {position<tandem::argmax>};
  table["argmin"] = {position<tandem::argmin>};
  table["all"] = {[](Arguments& a) -> Value { return all(a.tensor(0)); }};
  table["any"] = {[](Arguments& a) -> Value { return any(a.tensor(0)); }};
  table["cumsum"] = {along_dim<tandem::cumsum>};
  table["softmax"] = {along_dim<tandem::softmax>};
  table["log_softmax"] = {along_dim<tandem::log_softmax>};
  table["logsumexp"] = {[](Arguments& a) -> Value {
    return logsumexp(a.tensor(0), a.integer(1, "dim"), a.flag(2, "keepdim"));
  }};
}

}  // namespace tandem::golden
