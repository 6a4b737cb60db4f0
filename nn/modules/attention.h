// Attention with several heads.
#pragma once

#include <tuple>

#include "nn/cloneable.h"
#include "nn/modules/any.h"
#include "nn/modules/linear.h"
#include "nn/options.h"

namespace tandem::nn {

/// Features of the model, a multiple of num_heads, and of keys and values where those differ.
struct MultiheadAttentionOptions {
  MultiheadAttentionOptions(std::int64_t embed_dim, std::int64_t num_heads)
      : embed_dim_(embed_dim), num_heads_(num_heads), kdim_(embed_dim), vdim_(embed_dim) {}
  TANDEM_ARG(std::int64_t, embed_dim);
  TANDEM_ARG(std::int64_t, num_heads);
  /// Of the attention weights, while training.
  TANDEM_ARG(double, dropout) = 0;
  TANDEM_ARG(bool, bias) = true;
  /// A learned key and value after those given.
  TANDEM_ARG(bool, add_bias_kv) = false;
  /// A key and value of zeros after those.
  TANDEM_ARG(bool, add_zero_attn) = false;
  TANDEM_ARG(std::int64_t, kdim);
  TANDEM_ARG(std::int64_t, vdim);
};

namespace functional {

/// Sizes, projections and what may be left out of multi_head_attention_forward.
struct MultiheadAttentionForwardFuncOptions {
  MultiheadAttentionForwardFuncOptions(std::int64_t embed_dim_to_check, std::int64_t num_heads,
                                       Tensor in_proj_weight, Tensor in_proj_bias, Tensor bias_k,
                                       Tensor bias_v, bool add_zero_attn, double dropout_p,
                                       Tensor out_proj_weight, Tensor out_proj_bias)
      : embed_dim_to_check_(embed_dim_to_check),
        num_heads_(num_heads),
        in_proj_weight_(std::move(in_proj_weight)),
        in_proj_bias_(std::move(in_proj_bias)),
        bias_k_(std::move(bias_k)),
        bias_v_(std::move(bias_v)),
        add_zero_attn_(add_zero_attn),
        dropout_p_(dropout_p),
        out_proj_weight_(std::move(out_proj_weight)),
        out_proj_bias_(std::move(out_proj_bias)) {}
  TANDEM_ARG(std::int64_t, embed_dim_to_check);
  TANDEM_ARG(std::int64_t, num_heads);
  /// [3 embed, embed]: of queries, keys and values.
  TANDEM_ARG(Tensor, in_proj_weight);
  TANDEM_ARG(Tensor, in_proj_bias);
  TANDEM_ARG(Tensor, bias_k);
  TANDEM_ARG(Tensor, bias_v);
  TANDEM_ARG(bool, add_zero_attn);
  TANDEM_ARG(double, dropout_p);
  TANDEM_ARG(Tensor, out_proj_weight);
  TANDEM_ARG(Tensor, out_proj_bias);
  TANDEM_ARG(bool, training) = true;
  /// bool [batch, keys]: true for keys that nothing attends to.
  TANDEM_ARG(Tensor, key_padding_mask) = {};
  TANDEM_ARG(bool, need_weights) = true;
  /// [queries, keys] or [batch heads, queries, keys]: added to the scores, or bool and true where a
  /// query does not attend to a key.
  TANDEM_ARG(Tensor, attn_mask) = {};
  /// Whether the three weights below stand in for in_proj_weight.
  TANDEM_ARG(bool, use_separate_proj_weight) = false;
  TANDEM_ARG(Tensor, q_proj_weight) = {};
  TANDEM_ARG(Tensor, k_proj_weight) = {};
  TANDEM_ARG(Tensor, v_proj_weight) = {};
  /// [batch heads, keys, head]: in place of the projected keys and values.
  TANDEM_ARG(Tensor, static_k) = {};
  TANDEM_ARG(Tensor, static_v) = {};
  TANDEM_ARG(bool, average_attn_weights) = true;
};

/// softmax(q kᵀ / sqrt(head)) v for each head (Vaswani et al., 2017). query: [queries, batch,
/// embed], key: [keys, batch, kdim], value: [keys, batch, vdim]. Gives [queries, batch, embed] and
/// the weights [batch, queries, keys], the heads' mean unless average_attn_weights is false, then
/// [batch, heads, queries, keys]; undefined without need_weights.
std::tuple<Tensor, Tensor> multi_head_attention_forward(
    const Tensor& query, const Tensor& key, const Tensor& value,
    const MultiheadAttentionForwardFuncOptions& options);

}  // namespace functional

/// functional::multi_head_attention_forward with parameters of its own: in_proj_weight, or
/// q_proj_weight, k_proj_weight and v_proj_weight if keys or values have other features, all Glorot
/// uniform; in_proj_bias and out_proj.bias, zero; bias_k and bias_v [1, 1, embed], Glorot normal.
struct MultiheadAttentionImpl : Cloneable<MultiheadAttentionImpl> {
  explicit MultiheadAttentionImpl(const MultiheadAttentionOptions& given);
  MultiheadAttentionImpl(std::int64_t embed_dim, std::int64_t num_heads)
      : MultiheadAttentionImpl(MultiheadAttentionOptions(embed_dim, num_heads)) {}
  void reset() override;
  std::tuple<Tensor, Tensor> forward(const Tensor& query, const Tensor& key, const Tensor& value,
                                     const Tensor& key_padding_mask = {}, bool need_weights = true,
                                     const Tensor& attn_mask = {},
                                     bool average_attn_weights = true) const;
  std::string label() const override { return "MultiheadAttention"; }
  void pretty_print(std::ostream& stream) const override;

  MultiheadAttentionOptions options;
  bool _qkv_same_embed_dim = true;  ///< whether there is one in_proj_weight
  std::int64_t head_dim = 0;
  Tensor in_proj_weight, in_proj_bias, bias_k, bias_v;
  Linear out_proj{nullptr};
  Tensor q_proj_weight, k_proj_weight, v_proj_weight;

 private:
  TANDEM_FORWARD_DEFAULTS({3, AnyValue(Tensor())}, {4, AnyValue(true)}, {5, AnyValue(Tensor())},
                          {6, AnyValue(true)})
};
TANDEM_MODULE(MultiheadAttention);

}  // namespace tandem::nn
