// Vectors for integers.
#pragma once

#include "nn/cloneable.h"
#include "nn/describe.h"
#include "nn/functional.h"
#include "nn/options.h"

namespace tandem::nn {

struct EmbeddingOptions {
  EmbeddingOptions(std::int64_t num_embeddings, std::int64_t embedding_dim)
      : num_embeddings_(num_embeddings), embedding_dim_(embedding_dim) {}
  TANDEM_ARG(std::int64_t, num_embeddings);
  TANDEM_ARG(std::int64_t, embedding_dim);
  /// The vector that starts at 0 and gets no gradient; negative ones count from the end.
  TANDEM_ARG(std::optional<std::int64_t>, padding_idx) = std::nullopt;
  /// In place of standard normal numbers: [num_embeddings, embedding_dim].
  TANDEM_ARG(Tensor, _weight) = {};
};

/// Rows of weight [num_embeddings, embedding_dim] at integers of any shape: [..., embedding_dim].
/// An index outside the rows throws IndexError.
struct EmbeddingImpl : Cloneable<EmbeddingImpl> {
  EmbeddingImpl(std::int64_t num_embeddings, std::int64_t embedding_dim)
      : EmbeddingImpl(EmbeddingOptions(num_embeddings, embedding_dim)) {}
  explicit EmbeddingImpl(const EmbeddingOptions& given);
  Tensor forward(const Tensor& indices) const;
  void reset() override;
  std::string label() const override { return "Embedding"; }
  std::string extra_repr() const override {
    const std::string sizes = named_values("num_embeddings", options.num_embeddings(),
                                           "embedding_dim", options.embedding_dim());
    return options.padding_idx()
               ? sizes + ", " + named_values("padding_idx", *options.padding_idx())
               : sizes;
  }

  EmbeddingOptions options;
  Tensor weight;
};
TANDEM_MODULE(Embedding);

}  // namespace tandem::nn
