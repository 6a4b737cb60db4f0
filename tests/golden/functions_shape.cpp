// Views, copies, joining and splitting, and factories.
#include "core/ops/cat.h"
#include "core/ops/factories.h"
#include "functions.h"

namespace tandem::golden {

namespace {

constexpr bool no_function = false;

template <Tensor (Tensor::*method)() const> Value plain(Arguments& a) {
  return (a.tensor(0).*method)();
}

/// Methods that take a shape as one tuple or as separate integers.
template <auto method> Value with_shape(Arguments& a) {
  return (a.tensor(0).*method)(a.shape_from(1));
}

/// Functions that take a dimension list under the name `dims`.
template <auto method> Value with_dims(Arguments& a) {
  const Value* dims = a.find(1, "dims");
  return (a.tensor(0).*method)(dims && !dims->is<std::int64_t>() ? dims->shape() : a.shape_from(1));
}

template <Tensor (*factory)(const Shape&, const TensorOptions&)> Value make(Arguments& a) {
  TensorOptions options(a.device());
  // Sizes take every positional place, so the keyword has none.
  constexpr std::size_t keyword_only = max_rank + 1;
  if (const Value* dtype = a.find(keyword_only, "dtype")) options = options.dtype(dtype->dtype());
  return factory(a.shape_from(0), options);
}

Value squeeze(Arguments& a) {
  const Value* dim = a.find(1, "dim");
  return dim ? a.tensor(0).squeeze(dim->integer()) : a.tensor(0).squeeze();
}

Value split(Arguments& a) {
  const Value& size = a.require(1, "split_size");
  const std::int64_t dim = a.integer(2, "dim", 0);
  if (size.is<std::int64_t>()) return a.tensor(0).split(size.integer(), dim);
  return a.tensor(0).split(size.shape().vec(), dim);
}

Value to(Arguments& a) {
  const Value& target = a.require(1, "dtype");
  // `x.to(y)` takes y's dtype and place.
  if (target.is<Tensor>()) return a.tensor(0).to(target.tensor().options());
  return a.tensor(0).to(target.dtype());
}

template <DType target> Value convert(Arguments& a) { return a.tensor(0).to(target); }

void add_views(FunctionTable& table) {
  table["view"] = {with_shape<&Tensor::view>, no_function};
  table["reshape"] = {with_shape<&Tensor::reshape>};
  table["expand"] = {with_shape<&Tensor::expand>, no_function};
  table["repeat"] = {with_shape<&Tensor::repeat>, no_function};
  table["permute"] = {with_dims<&Tensor::permute>};
  table["flip"] = {with_dims<&Tensor::flip>};
  table["t"] = {plain<&Tensor::t>};
  table["squeeze"] = {squeeze};
  table["unsqueeze"] = {
      [](Arguments& a) -> Value { return a.tensor(0).unsqueeze(a.integer(1, "dim")); }};
  table["transpose"] = {[](Arguments& a) -> Value {
    return a.tensor(0).transpose(a.integer(1, "dim0"), a.integer(2, "dim1"));
  }};
  table["flatten"] = {[](Arguments& a) -> Value {
    return a.tensor(0).flatten(a.integer(1, "start_dim", 0), a.integer(2, "end_dim", -1));
  }};
  table["select"] = {[](Arguments& a) -> Value {
    return a.tensor(0).select(a.integer(1, "dim"), a.integer(2, "index"));
  }};
  table["narrow"] = {[](Arguments& a) -> Value {
    return a.tensor(0).narrow(a.integer(1, "dim"), a.integer(2, "start"), a.integer(3, "length"));
  }};
  table["diagonal"] = {[](Arguments& a) -> Value {
    return a.tensor(0).diagonal(a.integer(1, "offset", 0), a.integer(2, "dim1", 0),
                                a.integer(3, "dim2", 1));
  }};
}

void add_copies(FunctionTable& table) {
  table["contiguous"] = {plain<&Tensor::contiguous>, no_function};
  table["clone"] = {plain<&Tensor::clone>};
  table["detach"] = {plain<&Tensor::detach>};
  table["to"] = {to, no_function};
  table["float"] = {convert<kFloat32>, no_function};
  table["double"] = {convert<kFloat64>, no_function};
  table["long"] = {convert<kInt64>, no_function};
  table["bool"] = {convert<kBool>, no_function};
  table["repeat_interleave"] = {[](Arguments& a) -> Value {
    const Value* dim = a.find(2, "dim");
    const auto along = dim ? std::optional(dim->integer()) : std::nullopt;
    return a.tensor(0).repeat_interleave(a.integer(1, "repeats"), along);
  }};
}

void add_joins(FunctionTable& table) {
  table["cat"] = {[](Arguments& a) -> Value {
    return cat(a.require(0, "tensors").tensors(), a.integer(1, "dim", 0));
  }};
  table["stack"] = {[](Arguments& a) -> Value {
    return stack(a.require(0, "tensors").tensors(), a.integer(1, "dim", 0));
  }};
  table["split"] = {split};
  table["chunk"] = {[](Arguments& a) -> Value {
    return a.tensor(0).chunk(a.integer(1, "chunks"), a.integer(2, "dim", 0));
  }};
  table["unbind"] = {
      [](Arguments& a) -> Value { return a.tensor(0).unbind(a.integer(1, "dim", 0)); }};
}

void add_factories(FunctionTable& table) {
  constexpr bool no_method = false;
  table["zeros"] = {make<tandem::zeros>, true, no_method};
  table["ones"] = {make<tandem::ones>, true, no_method};
  table["zeros_like"] = {[](Arguments& a) -> Value { return zeros_like(a.tensor(0)); }, true,
                         no_method};
  table["ones_like"] = {[](Arguments& a) -> Value { return ones_like(a.tensor(0)); }, true,
                        no_method};
}

}  // namespace

void add_shape_functions(FunctionTable& table) {
  add_views(table);
  add_copies(table);
  add_joins(table);
  add_factories(table);
}

}  // namespace tandem::golden
