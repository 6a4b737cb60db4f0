// Lookups, composed of gathers and masks.
#include "nn/modules/embedding.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "core/autograd/function.h"
#include "core/ops/elementwise.h"
#include "core/ops/factories.h"
#include "core/ops/pointwise.h"
#include "core/ops/random.h"
#include "core/ops/scatter.h"

namespace tandem::nn {

namespace functional {

namespace {

/// padding_idx counted from the front; Error outside the rows.
std::optional<std::int64_t> padding_row(const char* op, std::optional<std::int64_t> padding,
                                        std::int64_t count) {
  if (!padding) return {};
  check(*padding >= -count && *padding < count, op, ": padding_idx ", *padding,
        " is out of range for ", count, " embeddings");
  return *padding < 0 ? *padding + count : *padding;
}

void check_weight(const char* op, const Tensor& weight) {
  check(weight.defined() && weight.dim() == 2, op, ": the weight must be [count, features], got ",
        weight.describe());
}

/// Scales the rows in use that are longer than max_norm. Refuses the same indices as a lookup.
void limit_norms(const Tensor& weight, const Tensor& indices, double max_norm, double norm_type) {
  const NoGradGuard guard;
  const Tensor flat = indices.reshape({-1});
  const Tensor rows = tandem::embedding(flat, weight);
  const Tensor norms = norm(rows, norm_type, {1}, true);
  weight.index_copy_(0, flat.to(kInt64),
                     where(norms > max_norm, rows * (max_norm / (norms + 1e-7)), rows));
}

/// The same numbers with gradients times `factors`.
struct ScaledGradient : autograd::Function<ScaledGradient> {
  static Tensor forward(autograd::AutogradContext* context, const Tensor& x,
                        const Tensor& factors) {
    context->save_for_backward({factors});
    return x.clone();
  }
  static TensorList backward(autograd::AutogradContext* context, const TensorList& gradients) {
    return {gradients[0] * context->get_saved_variables()[0], Tensor()};
  }
};

/// Rows of the weight, with what the options say of it and of gradients.
template <class Options>
Tensor lookup(const char* op, const Tensor& indices, const Tensor& weight, const Options& options) {
  check_weight(op, weight);
  const auto padding = padding_row(op, options.padding_idx(), weight.size(0));
  if (options.max_norm()) limit_norms(weight, indices, *options.max_norm(), options.norm_type());
  Tensor rows = tandem::embedding(indices, weight);
  if (!rows.requires_grad()) return rows;
  if (options.scale_grad_by_freq()) {
    const Tensor flat = indices.reshape({-1}).to(kInt64);
    const Tensor counts = zeros({weight.size(0)}, weight.options())
                              .index_add(0, flat, ones({flat.numel()}, weight.options()));
    rows = ScaledGradient::apply(
        rows, 1 / counts.index_select(0, flat).reshape(indices.sizes()).unsqueeze(-1));
  }
  if (padding) rows = where((indices == *padding).unsqueeze(-1), rows.detach(), rows);
  return rows;
}

/// Indices of one dimension as [bags, longest bag]: positions, and which of them there are.
std::pair<Tensor, Tensor> bags_of(const Tensor& indices, const Tensor& offsets,
                                  bool include_last_offset) {
  constexpr const char* op = "embedding_bag";
  check(offsets.defined() && offsets.dim() == 1 && is_integral(offsets.dtype()), op,
        ": indices of one dimension need integer offsets [bags], got ", offsets.describe());
  const Tensor host = offsets.to(kCPU).to(kInt64).contiguous();
  std::vector<std::int64_t> starts(host.const_data_ptr<std::int64_t>(),
                                   host.const_data_ptr<std::int64_t>() + host.numel());
  check(!starts.empty() || !include_last_offset, op,
        ": include_last_offset needs at least one offset");
  if (!include_last_offset) starts.push_back(indices.numel());
  check(starts.front() == 0, op, ": offsets[0] has to be 0, got ", starts.front());
  check(std::is_sorted(starts.begin(), starts.end()) && starts.back() <= indices.numel(), op,
        ": offsets must not decrease or pass ", indices.numel(), " indices, got ",
        offsets.describe());
  std::int64_t longest = 0;
  for (std::size_t bag = 0; bag + 1 < starts.size(); ++bag)
    longest = std::max(longest, starts[bag + 1] - starts[bag]);
  const Tensor edges = tensor(starts, TensorOptions(kInt64)).to(indices.device());
  const std::int64_t bags = edges.numel() - 1;
  const Tensor first = edges.narrow(0, 0, bags).unsqueeze(1),
               end = edges.narrow(0, 1, bags).unsqueeze(1);
  const Tensor positions = first + arange(longest, edges.options());
  const Tensor there = positions < end;
  return {where(there, positions, zeros_like(positions)), there};
}

}  // namespace

Tensor embedding(const Tensor& indices, const Tensor& weight, const EmbeddingFuncOptions& options) {
  return lookup("embedding", indices, weight, options);
}

Tensor embedding_bag(const Tensor& indices, const Tensor& weight,
                     const EmbeddingBagFuncOptions& options) {
  constexpr const char* op = "embedding_bag";
  const EmbeddingBagMode mode = options.mode();
  const Tensor& factors = options.per_sample_weights();
  check(mode == kSum || mode == kMean || mode == kMax, op, ": mode has to be kSum, kMean or kMax");
  check_weight(op, weight);
  check(indices.defined() && (indices.dim() == 1 || indices.dim() == 2), op,
        ": expected indices of one or two dimensions, got ", indices.describe());
  check(indices.dim() == 1 || !options.offsets().defined(), op, ": indices of two dimensions, ",
        indices.describe(), ", take no offsets");
  check(!factors.defined() || (mode == kSum && factors.sizes() == indices.sizes()), op,
        ": per_sample_weights need kSum and the indices' shape ", indices.sizes(), ", got ",
        factors.describe());
  Tensor positions, inside;  // of indices of one dimension
  if (indices.dim() == 1) {
    std::tie(positions, inside) =
        bags_of(indices, options.offsets(), options.include_last_offset());
    if (indices.numel() == 0)  // zeros that know the weight
      return weight.narrow(0, 0, 0).sum({0}).expand({positions.size(0), weight.size(1)});
  }
  Tensor rows = lookup(op, indices, weight, options), there = ones_like(indices).to(kBool);
  if (const auto padding = padding_row(op, options.padding_idx(), weight.size(0)))
    there = indices != *padding;
  if (factors.defined()) rows = rows * factors.unsqueeze(-1);
  if (positions.defined()) {
    const Tensor flat = positions.reshape({-1});
    there = there.index_select(0, flat).reshape(positions.sizes()) & inside;
    rows = rows.index_select(0, flat).reshape({positions.size(0), positions.size(1), rows.size(1)});
  }
  const Tensor left_out = (there == false).unsqueeze(-1);
  if (mode == kMax) {
    const Tensor empty = there.any(1, true) == false;
    if (rows.size(1) == 0) return zeros({rows.size(0), rows.size(2)}, rows.options());
    const Tensor largest =
        amax(rows.masked_fill(left_out, -std::numeric_limits<double>::infinity()), {1});
    return largest.masked_fill(empty, 0);
  }
  Tensor sum = rows.masked_fill(left_out, 0).sum({1});
  if (mode == kSum) return sum;
  return sum / there.sum({1}, true).clamp(1).to(sum.dtype());
}

}  // namespace functional

template <class Derived, class Options> void LookupTable<Derived, Options>::reset() {
  const Shape shape{options.num_embeddings(), options.embedding_dim()};
  options.padding_idx(
      functional::padding_row("Embedding", options.padding_idx(), options.num_embeddings()));
  Tensor start = options._weight();
  if (start.defined()) {
    check(start.sizes() == shape, "Embedding: the weight ", start.describe(), " is not ", shape);
  } else {
    start = randn(shape);
    if (options.padding_idx()) start.select(0, *options.padding_idx()).zero_();
  }
  weight = this->register_parameter("weight", start);
  options._weight(Tensor());  // a clone's reset() must not take the same tensor
}
template struct LookupTable<EmbeddingImpl, EmbeddingOptions>;
template struct LookupTable<EmbeddingBagImpl, EmbeddingBagOptions>;

namespace {

/// Options of a layer whose weight is there; freezes that if so asked.
template <class Options, class Given> Options of_weight(const Tensor& weight, const Given& given) {
  check(weight.defined() && weight.dim() == 2,
        "from_pretrained: expected embeddings of two dimensions, got ", weight.describe());
  Options options(weight.size(0), weight.size(1));
  options.take_lookup(given);
  options._weight(weight);
  return options;
}

}  // namespace

Tensor EmbeddingImpl::forward(const Tensor& indices) const {
  functional::EmbeddingFuncOptions given;
  given.take_lookup(options);
  return functional::embedding(indices, weight, given);
}

Embedding Embedding::from_pretrained(const Tensor& embeddings,
                                     const EmbeddingFromPretrainedOptions& given) {
  Embedding layer(of_weight<EmbeddingOptions>(embeddings, given));
  layer->weight.requires_grad_(!given.freeze());
  return layer;
}

Tensor EmbeddingBagImpl::forward(const Tensor& indices, const Tensor& offsets,
                                 const Tensor& per_sample_weights) const {
  functional::EmbeddingBagFuncOptions given;
  given.take_lookup(options);
  given.mode(options.mode()).include_last_offset(options.include_last_offset());
  given.offsets(offsets).per_sample_weights(per_sample_weights);
  return functional::embedding_bag(indices, weight, given);
}

std::string EmbeddingBagImpl::extra_repr() const {
  const EmbeddingBagMode mode = options.mode();
  std::string text = named_values("num_embeddings", options.num_embeddings(), "embedding_dim",
                                  options.embedding_dim()) +
                     options.lookup_text(false);
  if (mode != kMean) text += mode == kSum ? ", mode=kSum" : ", mode=kMax";
  if (options.include_last_offset()) text += ", include_last_offset=true";
  if (options.padding_idx()) text += ", " + named_values("padding_idx", *options.padding_idx());
  return text;
}

EmbeddingBag EmbeddingBag::from_pretrained(const Tensor& embeddings,
                                           const EmbeddingBagFromPretrainedOptions& given) {
  auto options = of_weight<EmbeddingBagOptions>(embeddings, given);
  options.mode(given.mode()).include_last_offset(given.include_last_offset());
  EmbeddingBag layer(options);
  layer->weight.requires_grad_(!given.freeze());
  return layer;
}

}  // namespace tandem::nn
