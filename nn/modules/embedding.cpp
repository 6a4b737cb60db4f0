// How an embedding starts, and its padding vector.
#include "nn/modules/embedding.h"

#include "core/ops/elementwise.h"
#include "core/ops/random.h"

namespace tandem::nn {

EmbeddingImpl::EmbeddingImpl(const EmbeddingOptions& given) : options(given) {
  const std::int64_t count = given.num_embeddings();
  if (given.padding_idx()) {
    const std::int64_t padding = *given.padding_idx();
    check(padding >= -count && padding < count, "Embedding: padding_idx ", padding,
          " is out of range for ", count, " embeddings");
    options.padding_idx(padding < 0 ? padding + count : padding);
  }
  EmbeddingImpl::reset();
}

void EmbeddingImpl::reset() {
  const Shape shape{options.num_embeddings(), options.embedding_dim()};
  Tensor start = options._weight();
  if (start.defined()) {
    check(start.sizes() == shape, "Embedding: the weight ", start.describe(), " is not ", shape);
  } else {
    start = randn(shape);
    if (options.padding_idx()) start.select(0, *options.padding_idx()).zero_();
  }
  weight = register_parameter("weight", start);
  options._weight(Tensor());  // a clone's reset() must not take the same tensor
}

Tensor EmbeddingImpl::forward(const Tensor& indices) const {
  Tensor out = functional::embedding(indices, weight);
  if (!options.padding_idx()) return out;
  // The same numbers, but no gradient through the padding.
  return where((indices == *options.padding_idx()).unsqueeze(-1), out.detach(), out);
}

}  // namespace tandem::nn
