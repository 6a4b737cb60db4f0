// Vectors for integers, one by one and bag by bag.
#pragma once

#include "nn/cloneable.h"
#include "nn/describe.h"
#include "nn/functional.h"
#include "nn/options.h"

namespace tandem::nn {

/// What all ways to look vectors up share; `Derived` are the options of one.
template <class Derived> struct LookupOptions {
  using Options = Derived;
  /// The vector that gets no gradient, and that bags leave out; negative ones count from the end.
  TANDEM_ARG_OF(Derived, std::optional<std::int64_t>, padding_idx) = std::nullopt;
  /// Vectors that are looked up and whose norm_type-norm is larger are scaled to it in the weight.
  TANDEM_ARG_OF(Derived, std::optional<double>, max_norm) = std::nullopt;
  TANDEM_ARG_OF(Derived, double, norm_type) = 2;
  /// Gradients divided by how often the vector is looked up in the call.
  TANDEM_ARG_OF(Derived, bool, scale_grad_by_freq) = false;
  /// Taken, and nothing changes: gradients are dense.
  TANDEM_ARG_OF(Derived, bool, sparse) = false;

 public:
  template <class Other> void take_lookup(const LookupOptions<Other>& other) {
    padding_idx(other.padding_idx()).max_norm(other.max_norm()).norm_type(other.norm_type());
    scale_grad_by_freq(other.scale_grad_by_freq()).sparse(other.sparse());
  }
  /// The options that are not the default, after a comma each.
  std::string lookup_text(bool with_padding) const {
    std::string text;
    const auto add = [&](const char* name, const auto& value) {
      text += ", " + named_values(name, value);
    };
    if (with_padding && padding_idx()) add("padding_idx", *padding_idx());
    if (max_norm()) add("max_norm", *max_norm());
    if (norm_type() != 2) add("norm_type", norm_type());
    if (scale_grad_by_freq()) add("scale_grad_by_freq", true);
    if (sparse()) add("sparse", true);
    return text;
  }
};

/// kSum, kMean or kMax of a bag's vectors.
using EmbeddingBagMode = Reduction;
/// What all ways to look bags up share.
template <class Derived> struct BagOptions : LookupOptions<Derived> {
  TANDEM_ARG_OF(Derived, EmbeddingBagMode, mode) = kMean;
  /// Whether the last offset is the end of the last bag.
  TANDEM_ARG_OF(Derived, bool, include_last_offset) = false;
};

/// The options of a layer: those of its lookups and its weight.
template <class Lookup> struct TableOptions : Lookup {
  TableOptions(std::int64_t num_embeddings, std::int64_t embedding_dim)
      : num_embeddings_(num_embeddings), embedding_dim_(embedding_dim) {}
  TANDEM_ARG_OF(typename Lookup::Options, std::int64_t, num_embeddings);
  TANDEM_ARG_OF(typename Lookup::Options, std::int64_t, embedding_dim);
  /// In place of standard normal numbers: [num_embeddings, embedding_dim].
  TANDEM_ARG_OF(typename Lookup::Options, Tensor, _weight) = {};
};
struct EmbeddingOptions : TableOptions<LookupOptions<EmbeddingOptions>> {
  using TableOptions::TableOptions;
};
struct EmbeddingBagOptions : TableOptions<BagOptions<EmbeddingBagOptions>> {
  using TableOptions::TableOptions;
};

/// The options of a layer whose weight is there.
template <class Lookup> struct PretrainedOptions : Lookup {
  /// Whether the weight gets no gradient.
  TANDEM_ARG_OF(typename Lookup::Options, bool, freeze) = true;
};
struct EmbeddingFromPretrainedOptions
    : PretrainedOptions<LookupOptions<EmbeddingFromPretrainedOptions>> {};
struct EmbeddingBagFromPretrainedOptions
    : PretrainedOptions<BagOptions<EmbeddingBagFromPretrainedOptions>> {};

namespace functional {

struct EmbeddingFuncOptions : LookupOptions<EmbeddingFuncOptions> {};
struct EmbeddingBagFuncOptions : BagOptions<EmbeddingBagFuncOptions> {
  /// int64 [bags]: where each bag begins in indices of one dimension.
  TANDEM_ARG(Tensor, offsets) = {};
  /// A factor for each index, with kSum alone.
  TANDEM_ARG(Tensor, per_sample_weights) = {};
};

/// Rows of weight [count, features] at integers of any shape: [..., features].
Tensor embedding(const Tensor& indices, const Tensor& weight, const EmbeddingFuncOptions& options);
/// Sum, mean or maximum of the rows of weight [count, features] in each bag: [bags, features], 0
/// for an empty one. indices: [bags, size], or one dimension with offsets.
Tensor embedding_bag(const Tensor& indices, const Tensor& weight,
                     const EmbeddingBagFuncOptions& options = {});

}  // namespace functional

/// The weight of Embedding and EmbeddingBag: [num_embeddings, embedding_dim], standard normal
/// numbers, the padding vector 0.
template <class Derived, class Options> struct LookupTable : Cloneable<Derived> {
  explicit LookupTable(const Options& given) : options(given) { LookupTable::reset(); }
  void reset() override;
  Options options;
  Tensor weight;
};

/// Rows of weight at integers of any shape: [..., embedding_dim]. An index outside the rows throws
/// IndexError.
struct EmbeddingImpl : LookupTable<EmbeddingImpl, EmbeddingOptions> {
  EmbeddingImpl(std::int64_t num_embeddings, std::int64_t embedding_dim)
      : EmbeddingImpl(EmbeddingOptions(num_embeddings, embedding_dim)) {}
  explicit EmbeddingImpl(const EmbeddingOptions& given) : LookupTable(given) {}
  Tensor forward(const Tensor& indices) const;
  std::string label() const override { return "Embedding"; }
  std::string extra_repr() const override {
    return named_values("num_embeddings", options.num_embeddings(), "embedding_dim",
                        options.embedding_dim()) +
           options.lookup_text(true);
  }
};
class Embedding : public ModuleHolder<EmbeddingImpl> {
 public:
  using ModuleHolder<EmbeddingImpl>::ModuleHolder;
  using Impl [[maybe_unused]] = EmbeddingImpl;
  /// A layer of this weight [num_embeddings, embedding_dim].
  static Embedding from_pretrained(const Tensor& embeddings,
                                   const EmbeddingFromPretrainedOptions& given = {});
};

/// functional::embedding_bag of weight. indices: [bags, size], or one dimension with offsets.
struct EmbeddingBagImpl : LookupTable<EmbeddingBagImpl, EmbeddingBagOptions> {
  EmbeddingBagImpl(std::int64_t num_embeddings, std::int64_t embedding_dim)
      : EmbeddingBagImpl(EmbeddingBagOptions(num_embeddings, embedding_dim)) {}
  explicit EmbeddingBagImpl(const EmbeddingBagOptions& given) : LookupTable(given) {}
  Tensor forward(const Tensor& indices, const Tensor& offsets = {},
                 const Tensor& per_sample_weights = {}) const;
  std::string label() const override { return "EmbeddingBag"; }
  std::string extra_repr() const override;
};
class EmbeddingBag : public ModuleHolder<EmbeddingBagImpl> {
 public:
  using ModuleHolder<EmbeddingBagImpl>::ModuleHolder;
  using Impl [[maybe_unused]] = EmbeddingBagImpl;
  static EmbeddingBag from_pretrained(const Tensor& embeddings,
                                      const EmbeddingBagFromPretrainedOptions& given = {});
};

}  // namespace tandem::nn
