// Gathering, scattering, masking and ordering.
#include "core/ops/indexing.h"
#include "core/ops/scatter.h"
#include "functions.h"

namespace tandem::golden {

namespace {

Value one_of_each(Arguments& a) { return one_hot(a.tensor(0), a.integer(1, "num_classes", -1)); }

void add_gathers(FunctionTable& table) {
  table["index_select"] = {[](Arguments& a) -> Value {
    return index_select(a.tensor(0), a.integer(1, "dim"), a.tensor(2, "index"));
  }};
  table["index_add"] = {[](Arguments& a) -> Value {
    return index_add(a.tensor(0), a.integer(1, "dim"), a.tensor(2, "index"), a.tensor(3, "source"));
  }};
  table["gather"] = {[](Arguments& a) -> Value {
    return gather(a.tensor(0), a.integer(1, "dim"), a.tensor(2, "index"));
  }};
  table["scatter_add"] = {[](Arguments& a) -> Value {
    return scatter_add(a.tensor(0), a.integer(1, "dim"), a.tensor(2, "index"), a.tensor(3, "src"));
  }};
  table["one_hot"] = {one_of_each};
  table["nonzero"] = {[](Arguments& a) -> Value { return nonzero(a.tensor(0)); }};
}

void add_masks(FunctionTable& table) {
  table["masked_fill"] = {[](Arguments& a) -> Value {
    return masked_fill(a.tensor(0), a.tensor(1, "mask"), a.require(2, "value").scalar());
  }};
  table["masked_select"] = {
      [](Arguments& a) -> Value { return masked_select(a.tensor(0), a.tensor(1, "mask")); }};
  table["tril"] = {
      [](Arguments& a) -> Value { return tril(a.tensor(0), a.integer(1, "diagonal", 0)); }};
  table["triu"] = {
      [](Arguments& a) -> Value { return triu(a.tensor(0), a.integer(1, "diagonal", 0)); }};
}

void add_orders(FunctionTable& table) {
  table["sort"] = {[](Arguments& a) -> Value {
    return sort(a.tensor(0), a.integer(1, "dim", -1), a.flag(2, "descending"));
  }};
  table["argsort"] = {[](Arguments& a) -> Value {
    return argsort(a.tensor(0), a.integer(1, "dim", -1), a.flag(2, "descending"));
  }};
  table["topk"] = {[](Arguments& a) -> Value {
    return topk(a.tensor(0), a.integer(1, "k"), a.integer(2, "dim", -1),
                a.flag(3, "largest", true));
  }};
}

}  // namespace

void add_index_functions(FunctionTable& table) {
  add_gathers(table);
  add_masks(table);
  add_orders(table);
}

}  // namespace tandem::golden
