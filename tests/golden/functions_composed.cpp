// Ops that are compositions of others: every argument by position.
#include <tandem/tandem.h>

#include "functions.h"

namespace tandem::golden {

namespace {

template <class T> struct ArgumentOf;
template <> struct ArgumentOf<Tensor> {
  static Tensor of(const Value& value) { return value.tensor(); }
};
template <> struct ArgumentOf<detail::Operand> {
  static detail::Operand of(const Value& value) {
    if (value.is<Tensor>()) return value.tensor();
    return value.scalar();
  }
};
template <> struct ArgumentOf<Scalar> {
  static Scalar of(const Value& value) { return value.scalar(); }
};
template <> struct ArgumentOf<std::int64_t> {
  static std::int64_t of(const Value& value) { return value.integer(); }
};
template <> struct ArgumentOf<double> {
  static double of(const Value& value) { return value.real(); }
};
template <> struct ArgumentOf<bool> {
  static bool of(const Value& value) { return value.truth(); }
};
template <> struct ArgumentOf<Shape> {
  static Shape of(const Value& value) { return value.shape(); }
};
template <> struct ArgumentOf<std::string> {
  static std::string of(const Value& value) { return value.text(); }
};
template <> struct ArgumentOf<TensorList> {
  static TensorList of(const Value& value) { return value.tensors(); }
};

/// Argument `position`; nothing for an optional one that was not given.
template <class T> struct Taken {
  static T from(Arguments& a, std::size_t position) {
    return ArgumentOf<T>::of(a.require(position, "argument"));
  }
};
template <class T> struct Taken<std::optional<T>> {
  static std::optional<T> from(Arguments& a, std::size_t position) {
    const Value* given = a.find(position, "argument");
    return given ? std::optional<T>(ArgumentOf<T>::of(*given)) : std::nullopt;
  }
};

template <class Function, class Result, class... Parameters, std::size_t... positions>
Value apply(const Function& function, Arguments& a, Result (Function::*)(Parameters...) const,
            std::index_sequence<positions...>) {
  const std::tuple<std::decay_t<Parameters>...> arguments{
      Taken<std::decay_t<Parameters>>::from(a, positions)...};
  return std::apply(function, arguments);
}
template <class Function, class Result, class... Parameters>
Value apply(const Function& function, Arguments& a,
            Result (Function::*method)(Parameters...) const) {
  return apply(function, a, method, std::index_sequence_for<Parameters...>());
}

/// An entry of the table for a lambda: its parameters are those of the function.
template <auto function> Value composed(Arguments& a) {
  return apply(function, a, &decltype(function)::operator());
}

using T = const Tensor&;
using O = const detail::Operand&;
using I = std::int64_t;
using D = std::optional<std::int64_t>;

void add_pointwise(FunctionTable& table) {
  table["frac"] = {composed<[](T x) { return frac(x); }>};
  table["exp2"] = {composed<[](T x) { return exp2(x); }>};
  table["deg2rad"] = {composed<[](T x) { return deg2rad(x); }>};
  table["rad2deg"] = {composed<[](T x) { return rad2deg(x); }>};
  table["sinc"] = {composed<[](T x) { return sinc(x); }>};
  table["logit"] = {composed<[](T x, std::optional<double> eps) { return logit(x, eps); }>};
  table["nan_to_num"] = {
      composed<[](T x, std::optional<double> nan, std::optional<double> above,
                  std::optional<double> below) { return nan_to_num(x, nan, above, below); }>};
  table["fmax"] = {composed<[](T a, T b) { return fmax(a, b); }>};
  table["fmin"] = {composed<[](T a, T b) { return fmin(a, b); }>};
  table["heaviside"] = {composed<[](T a, T b) { return heaviside(a, b); }>};
  table["copysign"] = {composed<[](T a, O b) { return copysign(a, b); }>};
  table["xlogy"] = {composed<[](T a, O b) { return xlogy(a, b); }>};
  table["logaddexp"] = {composed<[](T a, T b) { return logaddexp(a, b); }>};
  table["logaddexp2"] = {composed<[](T a, T b) { return logaddexp2(a, b); }>};
  table["float_power"] = {composed<[](T a, O b) { return float_power(a, b); }>};
  table["floor_divide"] = {composed<[](T a, O b) { return floor_divide(a, b); }>};
  table["fmod"] = {composed<[](T a, O b) { return fmod(a, b); }>};
  table["bitwise_not"] = {composed<[](T x) { return bitwise_not(x); }>};
  table["bitwise_and"] = {composed<[](T a, O b) { return bitwise_and(a, b); }>};
  table["bitwise_or"] = {composed<[](T a, O b) { return bitwise_or(a, b); }>};
  table["bitwise_xor"] = {composed<[](T a, O b) { return bitwise_xor(a, b); }>};
  table["lerp"] = {composed<[](T a, T b, O w) { return lerp(a, b, w); }>};
  table["addcmul"] = {composed<[](T a, T b, T c) { return addcmul(a, b, c); }>};
  table["addcdiv"] = {composed<[](T a, T b, T c) { return addcdiv(a, b, c); }>};
  table["signbit"] = {composed<[](T x) { return signbit(x); }>};
  table["ldexp"] = {composed<[](T x, T n) { return ldexp(x, n); }>};
  table["isposinf"] = {composed<[](T x) { return isposinf(x); }>};
  table["isneginf"] = {composed<[](T x) { return isneginf(x); }>};
  table["isclose"] = {composed<[](T a, T b) { return isclose(a, b); }>};
}

void add_pointwise_in_place(FunctionTable& table) {
  table["sin_"] = {composed<[](T x) { return x.sin_(); }>};
  table["atan_"] = {composed<[](T x) { return x.atan_(); }>};
  table["reciprocal_"] = {composed<[](T x) { return x.reciprocal_(); }>};
  table["floor_"] = {composed<[](T x) { return x.floor_(); }>};
  table["erf_"] = {composed<[](T x) { return x.erf_(); }>};
  table["frac_"] = {composed<[](T x) { return x.frac_(); }>};
  table["logical_not_"] = {composed<[](T x) { return x.logical_not_(); }>};
  table["remainder_"] = {composed<[](T a, O b) {
    return b.is_number ? a.remainder_(b.scalar) : a.remainder_(b.tensor);
  }>};
  table["lt_"] = {
      composed<[](T a, O b) { return b.is_number ? a.lt_(b.scalar) : a.lt_(b.tensor); }>};
  table["atan2_"] = {composed<[](T a, T b) { return a.atan2_(b); }>};
  table["lerp_"] = {composed<[](T a, T b, O w) {
    return w.is_number ? a.lerp_(b, w.scalar) : a.lerp_(b, w.tensor);
  }>};
  table["addcmul_"] = {composed<[](T a, T b, T c) { return a.addcmul_(b, c); }>};
  table["unsqueeze_"] = {composed<[](T x, I dim) { return x.unsqueeze_(dim); }>};
  table["squeeze_"] = {composed<[](T x) { return x.squeeze_(); }>};
  table["transpose_"] = {composed<[](T x, I a, I b) { return x.transpose_(a, b); }>};
  table["scatter_"] = {
      composed<[](T x, I dim, T index, T source) { return x.scatter_(dim, index, source); }>};
  table["index_add_"] = {
      composed<[](T x, I dim, T index, T source) { return x.index_add_(dim, index, source); }>};
}

void add_statistics(FunctionTable& table) {
  table["nanmean"] = {composed<[](T x, Shape dims, bool keep) { return nanmean(x, dims, keep); }>};
  table["cov"] = {composed<[](T x, I correction) { return cov(x, correction); }>};
  table["corrcoef"] = {composed<[](T x) { return corrcoef(x); }>};
  table["renorm"] = {
      composed<[](T x, Scalar p, I dim, Scalar most) { return renorm(x, p, dim, most); }>};
  table["cumsum_"] = {composed<[](T x, I dim) { return x.cumsum_(dim); }>};
  table["tril_"] = {composed<[](T x, I diagonal) { return x.tril_(diagonal); }>};
  table["count_nonzero"] = {composed<[](T x, Shape dims) { return count_nonzero(x, dims); }>};
  table["dist"] = {composed<[](T a, T b, Scalar p) { return dist(a, b, p); }>};
  table["trace"] = {composed<[](T x) { return trace(x); }>};
  table["median"] = {composed<[](T x, D dim, std::optional<bool> keep) -> Value {
    if (!dim) return median(x);
    return median(x, *dim, keep.value_or(false));
  }>};
  table["nanmedian"] = {composed<[](T x) { return nanmedian(x); }>};
  table["kthvalue"] = {
      composed<[](T x, I k, I dim, bool keep) { return kthvalue(x, k, dim, keep); }>};
  table["mode"] = {composed<[](T x, I dim, bool keep) { return mode(x, dim, keep); }>};
  table["msort"] = {composed<[](T x) { return msort(x); }>};
  table["cumprod"] = {composed<[](T x, I dim) { return cumprod(x, dim); }>};
  table["cummax"] = {composed<[](T x, I dim) { return cummax(x, dim); }>};
  table["cummin"] = {composed<[](T x, I dim) { return cummin(x, dim); }>};
  table["diff"] = {composed<[](T x, I n, I dim) { return diff(x, n, dim); }>};
  table["bincount"] = {composed<[](T x) { return bincount(x); }>};
  table["histc"] = {
      composed<[](T x, I bins, Scalar low, Scalar high) { return histc(x, bins, low, high); }>};
  table["bucketize"] = {composed<[](T x, T bounds) { return bucketize(x, bounds); }>};
  table["isin"] = {composed<[](T x, T tests) { return isin(x, tests); }>};
}

void add_arrangements(FunctionTable& table) {
  table["ravel"] = {composed<[](T x) { return ravel(x); }>};
  table["broadcast_to"] = {composed<[](T x, Shape shape) { return broadcast_to(x, shape); }>};
  table["swapaxes"] = {composed<[](T x, I a, I b) { return swapaxes(x, a, b); }>};
  table["movedim"] = {composed<[](T x, Shape from, Shape to) { return movedim(x, from, to); }>};
  table["unflatten"] = {composed<[](T x, I dim, Shape sizes) { return unflatten(x, dim, sizes); }>};
  table["roll"] = {composed<[](T x, Shape shifts, std::optional<Shape> dims) {
    return roll(x, shifts, dims.value_or(Shape()));
  }>};
  table["tile"] = {composed<[](T x, Shape repeats) { return tile(x, repeats); }>};
  table["fliplr"] = {composed<[](T x) { return fliplr(x); }>};
  table["rot90"] = {composed<[](T x, I k, Shape dims) { return rot90(x, k, dims); }>};
  table["diag"] = {composed<[](T x, I diagonal) { return diag(x, diagonal); }>};
  table["diag_embed"] = {
      composed<[](T x, I offset, I a, I b) { return diag_embed(x, offset, a, b); }>};
  table["diagflat"] = {composed<[](T x, I offset) { return diagflat(x, offset); }>};
  table["hstack"] = {composed<[](const TensorList& all) { return hstack(all); }>};
  table["vstack"] = {composed<[](const TensorList& all) { return vstack(all); }>};
  table["dstack"] = {composed<[](const TensorList& all) { return dstack(all); }>};
  table["column_stack"] = {composed<[](const TensorList& all) { return column_stack(all); }>};
  table["atleast_3d"] = {composed<[](T x) { return atleast_3d(x); }>};
  table["broadcast_tensors"] = {composed<[](T a, T b) { return broadcast_tensors({a, b}); }>};
  table["meshgrid"] = {composed<[](T a, T b) { return meshgrid({a, b}); }>};
  table["cartesian_prod"] = {composed<[](T a, T b) { return cartesian_prod({a, b}); }>};
  table["block_diag"] = {composed<[](T a, T b) { return block_diag({a, b}); }>};
  table["pad"] = {composed<[](T x, Shape sizes, const std::string& mode, std::optional<double> v) {
    return pad(x, sizes, mode, v.value_or(0));
  }>};
  table["hsplit"] = {composed<[](T x, I parts) { return hsplit(x, parts); }>};
  table["vsplit"] = {composed<[](T x, Shape indices) { return vsplit(x, indices.vec()); }>};
  table["select_scatter"] = {
      composed<[](T x, T source, I dim, I i) { return select_scatter(x, source, dim, i); }>};
  table["slice_scatter"] = {composed<[](T x, T source, I dim, I begin, I end) {
    return slice_scatter(x, source, dim, begin, end);
  }>};
  table["combinations"] = {
      composed<[](T x, I r, bool again) { return combinations(x, r, again); }>};
  table["vander"] = {composed<[](T x, I n, bool rising) { return vander(x, n, rising); }>};
  table["tensor_split"] = {
      composed<[](T x, I parts, I dim) { return tensor_split(x, parts, dim); }>};
}

void add_replacements(FunctionTable& table) {
  table["index_copy"] = {
      composed<[](T x, I dim, T index, T source) { return index_copy(x, dim, index, source); }>};
  table["index_fill"] = {
      composed<[](T x, I dim, T index, Scalar v) { return index_fill(x, dim, index, v); }>};
  table["scatter"] = {
      composed<[](T x, I dim, T index, T source) { return scatter(x, dim, index, source); }>};
  table["masked_scatter"] = {
      composed<[](T x, T mask, T source) { return masked_scatter(x, mask, source); }>};
  table["put"] = {composed<[](T x, T at, T source, bool add) { return put(x, at, source, add); }>};
  table["take"] = {composed<[](T x, T index) { return take(x, index); }>};
  table["take_along_dim"] = {
      composed<[](T x, T index, I dim) { return take_along_dim(x, index, dim); }>};
}

void add_composed_products(FunctionTable& table) {
  table["outer"] = {composed<[](T a, T b) { return outer(a, b); }>};
  table["inner"] = {composed<[](T a, T b) { return inner(a, b); }>};
  table["tensordot"] = {composed<[](T a, T b, I dims) { return tensordot(a, b, dims); }>};
  table["einsum"] = {composed<[](const std::string& equation, const TensorList& operands) {
    return einsum(equation, operands);
  }>};
  table["baddbmm"] = {composed<[](T c, T a, T b) { return baddbmm(c, a, b); }>};
  table["addbmm"] = {composed<[](T c, T a, T b) { return addbmm(c, a, b); }>};
  table["addmv"] = {composed<[](T c, T a, T b) { return addmv(c, a, b); }>};
  table["addr"] = {composed<[](T c, T a, T b) { return addr(c, a, b); }>};
  table["kron"] = {composed<[](T a, T b) { return kron(a, b); }>};
  table["cumulative_trapezoid"] = {composed<[](T y) { return cumulative_trapezoid(y); }>};
  table["cross"] = {composed<[](T a, T b, I dim) { return cross(a, b, dim); }>};
  table["cdist"] = {composed<[](T a, T b, double p) { return cdist(a, b, p); }>};
}

namespace F = nn::functional;

void add_layers(FunctionTable& table) {
  table["celu"] = {composed<[](T x, double alpha) { return F::celu(x, alpha); }>};
  table["glu"] = {composed<[](T x, I dim) { return F::glu(x, dim); }>};
  table["hardshrink"] = {composed<[](T x, double lambda) { return F::hardshrink(x, lambda); }>};
  table["softshrink"] = {composed<[](T x, double lambda) { return F::softshrink(x, lambda); }>};
  table["threshold"] = {composed<[](T x, double t, double v) { return F::threshold(x, t, v); }>};
  table["prelu"] = {composed<[](T x, T weight) { return F::prelu(x, weight); }>};
  table["softmin"] = {composed<[](T x, I dim) { return F::softmin(x, dim); }>};
  table["group_norm"] = {composed<[](T x, I groups, T weight, T bias) {
    return F::group_norm(x, groups, weight, bias);
  }>};
  table["batch_norm"] = {composed<[](T x, T mean, T var, T weight, T bias, bool training) {
    return F::batch_norm(x, mean.clone(), var.clone(), weight, bias, training);
  }>};
  table["bilinear"] = {
      composed<[](T a, T b, T weight, T bias) { return F::bilinear(a, b, weight, bias); }>};
  table["normalize"] = {composed<[](T x, double p, I dim) { return F::normalize(x, p, dim); }>};
  table["cosine_similarity"] = {
      composed<[](T a, T b, I dim) { return F::cosine_similarity(a, b, dim); }>};
  table["pairwise_distance"] = {
      composed<[](T a, T b, double p) { return F::pairwise_distance(a, b, p); }>};
}

template <auto function, class Options> Value loss(Arguments& a, Options options) {
  options.reduction(reduction(a, 20));
  return function(a, options);
}

void add_losses(FunctionTable& table) {
  table["hinge_embedding_loss"] = {[](Arguments& a) -> Value {
    return loss<[](Arguments& given, const auto& o) -> Value {
      return F::hinge_embedding_loss(given.tensor(0), given.tensor(1), o);
    }>(a, nn::HingeEmbeddingLossOptions().margin(a.real(20, "margin", 1)));
  }};
  table["margin_ranking_loss"] = {[](Arguments& a) -> Value {
    return loss<[](Arguments& given, const auto& o) -> Value {
      return F::margin_ranking_loss(given.tensor(0), given.tensor(1), given.tensor(2), o);
    }>(a, nn::MarginRankingLossOptions().margin(a.real(20, "margin", 0)));
  }};
  table["cosine_embedding_loss"] = {[](Arguments& a) -> Value {
    return loss<[](Arguments& given, const auto& o) -> Value {
      return F::cosine_embedding_loss(given.tensor(0), given.tensor(1), given.tensor(2), o);
    }>(a, nn::CosineEmbeddingLossOptions().margin(a.real(20, "margin", 0)));
  }};
  table["soft_margin_loss"] = {[](Arguments& a) -> Value {
    return loss<[](Arguments& given, const auto& o) -> Value {
      return F::soft_margin_loss(given.tensor(0), given.tensor(1), o);
    }>(a, nn::SoftMarginLossOptions());
  }};
  table["multi_margin_loss"] = {[](Arguments& a) -> Value {
    return loss<[](Arguments& given, const auto& o) -> Value {
      return F::multi_margin_loss(given.tensor(0), given.tensor(1), o);
    }>(a, nn::MultiMarginLossOptions()
              .p(a.integer(20, "p", 1))
              .margin(a.real(20, "margin", 1))
              .weight(a.optional_tensor(20, "weight")));
  }};
  table["multilabel_margin_loss"] = {[](Arguments& a) -> Value {
    return loss<[](Arguments& given, const auto& o) -> Value {
      return F::multilabel_margin_loss(given.tensor(0), given.tensor(1), o);
    }>(a, nn::MultiLabelMarginLossOptions());
  }};
  table["multilabel_soft_margin_loss"] = {[](Arguments& a) -> Value {
    return loss<[](Arguments& given, const auto& o) -> Value {
      return F::multilabel_soft_margin_loss(given.tensor(0), given.tensor(1), o);
    }>(a, nn::MultiLabelSoftMarginLossOptions());
  }};
  table["poisson_nll_loss"] = {[](Arguments& a) -> Value {
    return loss<[](Arguments& given, const auto& o) -> Value {
      return F::poisson_nll_loss(given.tensor(0), given.tensor(1), o);
    }>(a, nn::PoissonNLLLossOptions()
              .log_input(a.flag(20, "log_input", true))
              .full(a.flag(20, "full", false)));
  }};
  table["triplet_margin_loss"] = {[](Arguments& a) -> Value {
    return loss<[](Arguments& given, const auto& o) -> Value {
      return F::triplet_margin_loss(given.tensor(0), given.tensor(1), given.tensor(2), o);
    }>(a, nn::TripletMarginLossOptions()
              .margin(a.real(20, "margin", 1))
              .p(a.real(20, "p", 2))
              .swap(a.flag(20, "swap", false)));
  }};
}

}  // namespace

void add_composed_functions(FunctionTable& table) {
  add_pointwise(table);
  add_pointwise_in_place(table);
  add_statistics(table);
  add_arrangements(table);
  add_replacements(table);
  add_composed_products(table);
  add_layers(table);
  add_losses(table);
}

}  // namespace tandem::golden
