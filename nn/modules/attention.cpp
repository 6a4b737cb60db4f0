// Attention, composed of products and a softmax.
#include "nn/modules/attention.h"

#include <cmath>
#include <limits>
#include <ostream>

#include "core/ops/cat.h"
#include "core/ops/factories.h"
#include "core/ops/padding.h"
#include "core/ops/scatter.h"
#include "nn/functional.h"
#include "nn/init.h"

namespace tandem::nn {

namespace functional {

namespace {

constexpr const char* op = "multi_head_attention_forward";
using Options = MultiheadAttentionForwardFuncOptions;

/// Rows [part embed, (part + 1) embed) of what is defined.
Tensor third(const Tensor& whole, std::int64_t part, std::int64_t embed) {
  return whole.defined() ? whole.narrow(0, part * embed, embed) : whole;
}

/// What queries, keys (1) or values (2) become.
Tensor projected(const Tensor& x, std::int64_t part, const Options& options) {
  const std::int64_t embed = options.embed_dim_to_check();
  const Tensor separate[] = {options.q_proj_weight(), options.k_proj_weight(),
                             options.v_proj_weight()};
  return functional::linear(x,
                            options.use_separate_proj_weight()
                                ? separate[part]
                                : third(options.in_proj_weight(), part, embed),
                            third(options.in_proj_bias(), part, embed));
}

/// A mask to add to scores: a bool one is -inf where it is true.
Tensor added_mask(const Tensor& mask, const Tensor& like) {
  if (mask.dtype() != kBool) return mask.to(like.dtype());
  return zeros(mask.sizes(), like.options())
      .masked_fill(mask, -std::numeric_limits<double>::infinity());
}

/// A mask for one more key, which is not masked.
void allow_one_more(Tensor& mask) {
  if (mask.defined()) mask = cat({mask, zeros_like(mask.narrow(-1, 0, 1))}, -1);
}

}  // namespace

std::tuple<Tensor, Tensor> multi_head_attention_forward(const Tensor& query, const Tensor& key,
                                                        const Tensor& value,
                                                        const Options& options) {
  const std::int64_t embed = options.embed_dim_to_check(), heads = options.num_heads();
  check(query.defined() && query.dim() == 3 && query.size(2) == embed, op,
        ": expected a query [queries, batch, ", embed, "], got ", query.describe());
  check(key.defined() && value.defined() && key.dim() == 3 && value.dim() == 3 &&
            key.size(0) == value.size(0) && key.size(1) == query.size(1) &&
            value.size(1) == query.size(1),
        op, ": expected a key and a value [keys, ", query.size(1), ", features], got ",
        key.describe(), " and ", value.describe());
  check(heads > 0 && embed % heads == 0, op, ": embed_dim ", embed,
        " must be divisible by num_heads ", heads);
  const std::int64_t queries = query.size(0), batch = query.size(1), head = embed / heads;
  Tensor q = projected(query, 0, options) * (1 / std::sqrt(static_cast<double>(head)));
  Tensor k = projected(key, 1, options), v = projected(value, 2, options);
  Tensor mask, padding = options.key_padding_mask();
  if (options.attn_mask().defined()) {
    mask = added_mask(options.attn_mask(), q);
    if (mask.dim() == 2) mask = mask.unsqueeze(0);
  }
  if (options.bias_k().defined()) {
    check(!options.static_k().defined(), op, ": bias cannot be added to static key");
    check(!options.static_v().defined(), op, ": bias cannot be added to static value");
    k = cat({k, options.bias_k().expand({1, batch, embed})}, 0);
    v = cat({v, options.bias_v().expand({1, batch, embed})}, 0);
    allow_one_more(mask);
    allow_one_more(padding);
  }
  const auto by_head = [&](const Tensor& x) {
    return x.reshape({x.size(0), batch * heads, head}).transpose(0, 1);
  };
  q = by_head(q);
  k = options.static_k().defined() ? options.static_k() : by_head(k);
  v = options.static_v().defined() ? options.static_v() : by_head(v);
  if (options.add_zero_attn()) {
    const Tensor zero = zeros({batch * heads, 1, head}, k.options());
    k = cat({k, zero}, 1);
    v = cat({v, zero}, 1);
    allow_one_more(mask);
    allow_one_more(padding);
  }
  const std::int64_t keys = k.size(1);
  check(!padding.defined() || padding.sizes() == Shape{batch, keys}, op,
        ": expected a key_padding_mask [", batch, ", ", keys, "], got ", padding.describe());
  Tensor scores = matmul(q, k.transpose(1, 2));
  if (mask.defined()) scores = scores + mask;
  if (padding.defined())
    scores = (scores.view({batch, heads, queries, keys}) +
              added_mask(padding.to(kBool), q).unsqueeze(1).unsqueeze(2))
                 .view({batch * heads, queries, keys});
  const Tensor weights =
      functional::dropout(softmax(scores, -1), options.dropout_p(), options.training());
  const Tensor output =
      functional::linear(matmul(weights, v).transpose(0, 1).reshape({queries, batch, embed}),
                         options.out_proj_weight(), options.out_proj_bias());
  if (!options.need_weights()) return {output, Tensor()};
  const Tensor each = weights.view({batch, heads, queries, keys});
  return {output, options.average_attn_weights() ? each.mean({1}) : each};
}

}  // namespace functional

MultiheadAttentionImpl::MultiheadAttentionImpl(const MultiheadAttentionOptions& given)
    : options(given) {
  MultiheadAttentionImpl::reset();
}

void MultiheadAttentionImpl::reset() {
  const std::int64_t embed = options.embed_dim();
  check(embed > 0 && options.num_heads() > 0 && embed % options.num_heads() == 0,
        "MultiheadAttention: embed_dim ", embed, " must be divisible by num_heads ",
        options.num_heads());
  check(options.kdim() > 0 && options.vdim() > 0,
        "MultiheadAttention: keys and values need features, got ", options.kdim(), " and ",
        options.vdim());
  head_dim = embed / options.num_heads();
  _qkv_same_embed_dim = options.kdim() == embed && options.vdim() == embed;
  TensorList uniform;
  const auto weight = [&](const char* name, std::int64_t rows, std::int64_t columns) {
    return uniform.emplace_back(register_parameter(name, empty({rows, columns})));
  };
  if (_qkv_same_embed_dim) {
    in_proj_weight = weight("in_proj_weight", 3 * embed, embed);
  } else {
    q_proj_weight = weight("q_proj_weight", embed, embed);
    k_proj_weight = weight("k_proj_weight", embed, options.kdim());
    v_proj_weight = weight("v_proj_weight", embed, options.vdim());
  }
  if (options.bias()) in_proj_bias = register_parameter("in_proj_bias", zeros({3 * embed}));
  out_proj = register_module("out_proj", Linear(LinearOptions(embed, embed).bias(options.bias())));
  if (options.bias()) init::zeros_(out_proj->bias);
  if (options.add_bias_kv()) {
    bias_k = register_parameter("bias_k", empty({1, 1, embed}));
    bias_v = register_parameter("bias_v", empty({1, 1, embed}));
  }
  for (const Tensor& tensor : uniform) init::xavier_uniform_(tensor);
  if (options.add_bias_kv()) {
    init::xavier_normal_(bias_k);
    init::xavier_normal_(bias_v);
  }
}

void MultiheadAttentionImpl::pretty_print(std::ostream& stream) const {
  stream << "torch::nn::MultiheadAttention";
}

std::tuple<Tensor, Tensor> MultiheadAttentionImpl::forward(
    const Tensor& query, const Tensor& key, const Tensor& value, const Tensor& key_padding_mask,
    bool need_weights, const Tensor& attn_mask, bool average_attn_weights) const {
  return functional::multi_head_attention_forward(
      query, key, value,
      functional::MultiheadAttentionForwardFuncOptions(
          options.embed_dim(), options.num_heads(), in_proj_weight, in_proj_bias, bias_k, bias_v,
          options.add_zero_attn(), options.dropout(), out_proj->weight, out_proj->bias)
          .training(is_training())
          .key_padding_mask(key_padding_mask)
          .need_weights(need_weights)
          .attn_mask(attn_mask)
          .use_separate_proj_weight(!_qkv_same_embed_dim)
          .q_proj_weight(q_proj_weight)
          .k_proj_weight(k_proj_weight)
          .v_proj_weight(v_proj_weight)
          .average_attn_weights(average_attn_weights));
}

}  // namespace tandem::nn
