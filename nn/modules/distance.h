// Layers of two inputs: distances and the bilinear map.
#pragma once

#include "nn/cloneable.h"
#include "nn/describe.h"
#include "nn/functional_options.h"
#include "nn/options.h"

namespace tandem::nn {

using CosineSimilarityOptions = functional::CosineSimilarityFuncOptions;
struct CosineSimilarityImpl : Stateless<CosineSimilarityImpl> {
  explicit CosineSimilarityImpl(const CosineSimilarityOptions& given = {}) : options(given) {}
  Tensor forward(const Tensor& x1, const Tensor& x2) const {
    return functional::cosine_similarity(x1, x2, options);
  }
  std::string label() const override { return "CosineSimilarity"; }
  std::string extra_repr() const override {
    return named_values("dim", options.dim(), "eps", options.eps());
  }
  CosineSimilarityOptions options;
};
TANDEM_MODULE(CosineSimilarity);

using PairwiseDistanceOptions = functional::PairwiseDistanceFuncOptions;
struct PairwiseDistanceImpl : Stateless<PairwiseDistanceImpl> {
  explicit PairwiseDistanceImpl(const PairwiseDistanceOptions& given = {}) : options(given) {}
  Tensor forward(const Tensor& x1, const Tensor& x2) const {
    return functional::pairwise_distance(x1, x2, options);
  }
  std::string label() const override { return "PairwiseDistance"; }
  std::string extra_repr() const override {
    return named_values("p", options.p(), "eps", options.eps(), "keepdim", options.keepdim());
  }
  PairwiseDistanceOptions options;
};
TANDEM_MODULE(PairwiseDistance);

struct BilinearOptions {
  BilinearOptions(std::int64_t in1_features, std::int64_t in2_features, std::int64_t out_features)
      : in1_features_(in1_features), in2_features_(in2_features), out_features_(out_features) {}
  TANDEM_ARG(std::int64_t, in1_features);
  TANDEM_ARG(std::int64_t, in2_features);
  TANDEM_ARG(std::int64_t, out_features);
  TANDEM_ARG(bool, bias) = true;
};
/// functional::bilinear; weight and bias start uniform in ±1/sqrt(in1), weight first.
struct BilinearImpl : Cloneable<BilinearImpl> {
  BilinearImpl(std::int64_t in1, std::int64_t in2, std::int64_t out)
      : BilinearImpl(BilinearOptions(in1, in2, out)) {}
  explicit BilinearImpl(const BilinearOptions& given);
  Tensor forward(const Tensor& x1, const Tensor& x2) const {
    return functional::bilinear(x1, x2, weight, bias);
  }
  void reset() override;
  std::string label() const override { return "Bilinear"; }
  std::string extra_repr() const override {
    return named_values("in1_features", options.in1_features(), "in2_features",
                        options.in2_features(), "out_features", options.out_features(), "bias",
                        options.bias());
  }
  BilinearOptions options;
  Tensor weight, bias;
};
TANDEM_MODULE(Bilinear);

}  // namespace tandem::nn
