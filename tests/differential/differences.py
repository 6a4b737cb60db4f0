"""What programs leave out, because Tandem knowingly does otherwise than PyTorch or PyTorch itself is
not defined there. docs/differences.md says more about the first."""

import re

import torch


def given(*names):
    """Whether the line calls one of these."""
    return re.compile(r"(?<![A-Za-z_])(" + "|".join(names) + r")\(")


def tensors_of(line, env):
    return [env[name] for name in re.findall(r"\b[xv]\d+\b", line.partition(" = ")[2] or line) if name in env]


def any_of(line, env, condition):
    return any(condition(tensor) for tensor in tensors_of(line, env))


def is_infinite(tensor): return tensor.isinf().any()
def is_near_infinity(tensor): return (tensor.double().abs() > (50 if tensor.element_size() < 8 else 1e300)).any()
def is_nan(tensor): return tensor.isnan().any()
def is_integral(tensor): return not tensor.is_floating_point()
def shares_elements(tensor): return any(s == 0 and n > 1 for s, n in zip(tensor.stride(), tensor.shape))
def is_rounded_to_a_bound(tensor):
    return tensor.is_floating_point() and (tensor.element_size() == 2 or (tensor.abs() > 4).any())
def has_number_of(line, tensor):
    numbers = re.findall(r"(?<![\w.])-?\d+\.?\d*", line.partition("(")[2])
    return any((tensor.double() - float(number)).abs().lt(1e-6).any() for number in numbers)
def has_computed_zero(line, env): return any((env[v].double().abs() < 1e-30).any() for v in re.findall(r"\bv\d+\b", line) if v in env)
def has_ties(tensor): return tensor.unique().numel() < tensor.numel()
def shares_storage(tensors): return len({t.untyped_storage().data_ptr() for t in tensors if t.numel()}) < len(
    [t for t in tensors if t.numel()])
def is_bool(tensor): return tensor.dtype == torch.bool


LIMITS = given("sigmoid", "softmax", "expm1", "silu", "mish", "softsign", "hardswish", "gelu", "tanhshrink", "logsigmoid",
               "binary_cross_entropy_with_logits", "multilabel_soft_margin_loss", "soft_margin_loss", "glu")
CLASSES = given("cross_entropy", "nll_loss")
TRUTH = given("all", "any")
SELECTED = given("topk", "argsort")
SORTED = given("sort")
ONE_FEATURE = re.compile(r"layer_norm\(\w+, \((1, ?)*1?\)")
BOUNDS = given("clamp", "clamp_", "hardtanh")
ROOTS = re.compile(r"\*\* -?[01]\.5")
RECIPROCALS = re.compile(r"(?<![A-Za-z_])(reciprocal|rsqrt|div|div_|log|log2|log10|log_|sqrt|sqrt_)\(| / |\*\* -")
JOINED = given("cat", "block_diag")
SOFTMAX = given("softmax", "log_softmax")
PUT = given("index_put_")
EXTREMES = given("amax", "amin", "max", "min")
HYPOT = given("hypot")
PRODUCT = given("prod")
PROBABILITIES = given("binary_cross_entropy")
IN_PLACE = re.compile(r"^\w+\.\w+_\(")
SHRINK = given("tanhshrink")
SWISH = given("hardswish")
SIXTHS = given("hardsigmoid")
NETS = given("net", "net_gradients", "trained")
STEPS = given("steps", "trained")
LAYOUTS = given("contiguous", "ravel", "reshape", "flatten", "view")
POWER = re.compile(r"torch\.pow\([xv]\d+, [xv]\d+\)")
ADDED = given("index_add_?", "scatter_add")
REMAINDER = given("remainder")
DETACH = given("detach_")
OVERWRITES = given("copy_", "fill_", "zero_", "masked_fill_", "index_put_")
SPREADS = given("var", "std")
LOSSES = given("\\w+_loss", "kl_div", "binary_cross_entropy\\w*")
BOUNDED = given("elu", "selu", "relu6", "hardtanh", "hardswish", "hardsigmoid")
ACTIVATIONS = given("elu", "selu", "silu", "mish", "gelu", "softsign", "softplus", "tanhshrink", "logsigmoid",
                    "leaky_relu", "relu6", "hardtanh", "hardswish", "hardsigmoid")
NOT_OF_BOOL = given("round", "floor", "ceil", "trunc", "sign", "neg", "neg_", "abs", "abs_", "square", "square_",
                    "sub", "sub_", "pow", "pow_", "reciprocal", "remainder", "clamp", "clamp_", "relu", "relu_",
                    "two_parts", "div_", "prod", "cumsum", "sort", "argsort", "argmax", "argmin", "topk",
                    "\\w+_loss", "\\w*median", "kthvalue", "mode", "floor_", "fmod", "floor_divide", "cumprod",
                    "cummax", "cummin", "msort", "trace", "positive", "negative", "isin", "dist", "isclose", "absolute", "msort", "diff", "lerp", "subtract", "clip", "addcmul",
                    "addcmul_", "sgn", "bincount")
LOGIC_IN_PLACE = given("logical_not_", "lt_")
SHAPED_IN_PLACE = given("squeeze_", "unsqueeze_", "transpose_")
ONE_OF_EQUALS = re.compile(r"torch\.(kthvalue|mode|median)\(\w+, ")
DENSE = given("kron", "isin", "batch_norm")
MARGINS = given("cosine_similarity", "normalize", "multi_margin_loss", "multilabel_margin_loss", "margin_ranking_loss", "hinge_embedding_loss",
                "cosine_embedding_loss", "triplet_margin_loss")
BENT = given("celu", "prelu", "hardshrink", "softshrink")
NORMALIZED = given("group_norm", "batch_norm", "bilinear")
XLOGY = given("xlogy")
MODE = given("mode")
MEDIAN = given("\\w*median")
CLOSE = given("isclose")
ANGLE = given("atan2_?", "arctan2")
LOGIT = given("logit")
STEP = given("heaviside")
QUOTIENT = given("fmod", "floor_divide", "remainder_")
COPYSIGN = given("copysign")
SCANS = given("logcumsumexp", "cumprod")
def is_zero_divided(line): return re.search(r", -?0(\.0*)?\)", line) is not None
SIGNS = re.compile(r"(?<![(,]) - | = -")

DIFFERENCES = [
    (lambda line, env: LIMITS.search(line) and any_of(line, env, is_near_infinity),
     "at an infinity, and near it where numbers are subnormal, Tandem gives the limit, PyTorch inf / inf or 0"),
    (lambda line, env: CLASSES.search(line) and any_of(line, env, lambda t: not t.isfinite().all()),
     "an ignored row has no gradient, also if its scores are infinite or nan"),
    (lambda line, env: TRUTH.search(line) and any_of(line, env, lambda t: t.dtype == torch.uint8),
     "all and any of uint8 are bool, as of every other dtype"),
    (lambda line, env: EXTREMES.search(line) and any_of(line, env, is_nan),
     "one nan does not spoil the gradient of the other elements"),
    (lambda line, env: SELECTED.search(line) and any_of(line, env, lambda t: has_ties(t) or is_nan(t)),
     "which of equal elements topk picks is open, and their order in PyTorch's argsort"),
    (lambda line, env: ONE_FEATURE.search(line),
     "what normalizes one number is 0; PyTorch's rounding leaves something else"),
    (lambda line, env: SORTED.search(line) and any_of(line, env, lambda t: t.numel() > 16 and has_ties(t)),
     "the order of equal elements in PyTorch's sort of more than 16"),
    (lambda line, env: BOUNDS.search(line) and any_of(line, env, lambda t: has_number_of(line, t)),
     "whether a bound itself is clamped changed in PyTorch 2.15"),
    (lambda line, env: ROOTS.search(line) and any_of(line, env, lambda t: is_infinite(t) or (t == 0).any()),
     "roots of 0 and of infinity"),
    (lambda line, env: JOINED.search(line) and any_of(line, env, lambda t: t.numel() == 0),
     "in which dimensions empty tensors can be joined"),
    (lambda line, env: RECIPROCALS.search(line) and has_computed_zero(line, env),
     "the sign of a computed 0, and what cancels near it"),
    (lambda line, env: SOFTMAX.search(line) and any_of(line, env, is_integral),
     "softmax of integers, which PyTorch takes only if empty"),
    (lambda line, env: PUT.search(line) and any_of(line, env, lambda t: t.dim() == 0),
     "a mask without dimensions, which PyTorch reads but does not write through"),
    (lambda line, env: SPREADS.search(line) and any_of(line, env, lambda t: t.numel() < 2 or not t.isfinite().all()),
     "the gradient of a variance that is nan is nan everywhere"),
    (lambda line, env: PRODUCT.search(line) and any_of(line, env, is_nan),
     "an element's gradient is the product of the others, also if it is nan itself"),
    (lambda line, env: CLASSES.search(line) and any_of(line, env, lambda t: t.numel() == 0),
     "no row or no class"),
    (lambda line, env: PROBABILITIES.search(line) and any_of(line, env, is_nan),
     "the loss of a probability outside [0, 1] is nan; PyTorch refuses it"),
    (lambda line, env: PROBABILITIES.search(line) and any_of(line, env, is_rounded_to_a_bound),
     "the logarithm of a probability that was rounded to 0 or 1"),
    (lambda line, env: SHRINK.search(line) and any_of(line, env, lambda t: t.element_size() == 2),
     "x - tanh(x) of 16 bits is rounded once"),
    (lambda line, env: SWISH.search(line) and any_of(line, env, lambda t: (t <= -3).any()),
     "the sign of hardswish's 0"),
    (lambda line, env: SIXTHS.search(line) and any_of(line, env, lambda t: t.dtype == torch.float64),
     "PyTorch's slope 1/6 is a float32"),
    (lambda line, env: LAYOUTS.search(line) and any_of(line, env, lambda t: not t.is_contiguous() and not t._is_view()),
     "results are contiguous; PyTorch lays them out like their operands, so that these copy or refuse"),
    (lambda line, env: IN_PLACE.search(line) and shares_storage(tensors_of(line, env)),
     "what is written may be an operand, too, which is read first; PyTorch refuses it or reads what it wrote"),
    (lambda line, env: NETS.search(line) and any_of(line, env, lambda t: not t.isfinite().all()),
     "layers have the limits of their activations at an infinity"),
    (lambda line, env: STEPS.search(line) and any_of(line, env, lambda t: t.element_size() == 2),
     "steps of 16-bit parameters are computed in float32, where squares and eps do not vanish"),
    (lambda line, env: POWER.search(line) and any_of(line, env, lambda t: (t <= 0).any()),
     "derivatives of a to the b where log a is not defined or b is 0"),
    (lambda line, env: IN_PLACE.search(line) and any_of(line, env, lambda t: t.dtype == torch.uint8),
     "a number between -1 and 0 is 0 in uint8; PyTorch refuses it"),
    (lambda line, env: ADDED.search(line) and any_of(line, env, lambda t: t.numel() == 0),
     "an index into nothing is an error"),
    (lambda line, env: REMAINDER.search(line) and any_of(line, env, is_integral),
     "the remainder of integers by 0, which PyTorch refuses on the CPU alone"),
    (lambda line, env: DETACH.search(line) and any_of(line, env, lambda t: t._is_view() or t.is_leaf),
     "only a view on the tape cannot be detached in place; reshape to the same shape is the tensor itself"),
    (lambda line, env: IN_PLACE.search(line) and any_of(line, env, shares_elements),
     "elements that share memory cannot be written; PyTorch has writes that warn"),
    (lambda line, env: OVERWRITES.search(line) and not all(t.isfinite().all() for t in env.values()),
     "nothing passes to what was overwritten, not even 0 * inf"),
    (lambda line, env: LOSSES.search(line) and is_integral(tensors_of(line, env)[0]),
     "losses of integers are computed in float32; PyTorch refuses them"),
    (lambda line, env: HYPOT.search(line) and any_of(line, env, is_integral),
     "hypot of integers is computed in float32; PyTorch refuses it"),
    (lambda line, env: LOSSES.search(line) and len({t.dtype for t in tensors_of(line, env) if not is_integral(t)}) > 1,
     "losses promote mixed dtypes; some of PyTorch's refuse, some take the input's"),
    (lambda line, env: BOUNDED.search(line) and any_of(line, env, is_nan),
     "PyTorch's slope at nan depends on the element's place in a vector"),
    (lambda line, env: ACTIVATIONS.search(line) and any_of(line, env, is_integral),
     "activations of integers are computed in float32; PyTorch has some, refuses others"),
    (lambda line, env: LOGIC_IN_PLACE.search(line) and any_of(line, env, lambda t: t.requires_grad),
     "a truth value, put into a tensor, has no gradient, nor may it be put into a leaf"),
    (lambda line, env: SHAPED_IN_PLACE.search(line) and any_of(line, env, lambda t: t._is_view()),
     "what a custom function returns as it came is the tensor itself, also in its shape"),
    (lambda line, env: ONE_OF_EQUALS.search(line) and any_of(line, env, has_ties),
     "which of equal elements gets the gradient"),
    (lambda line, env: DENSE.search(line) and any_of(line, env, lambda t: not t.is_contiguous()),
     "PyTorch refuses some strides here"),
    (lambda line, env: MARGINS.search(line) and any_of(line, env, lambda t: not t.isfinite().all()),
     "a margin that is nan is nan, PyTorch's is 0; and angles between infinite vectors"),
    (lambda line, env: BENT.search(line) and any_of(line, env, lambda t: (t == 0).any() or not t.isfinite().all()),
     "second derivatives of celu and prelu at 0, and slopes of shrinking functions at nan"),
    (lambda line, env: NORMALIZED.search(line) and (len({t.dtype for t in tensors_of(line, env)}) > 1 or any_of(
        line, env, lambda t: not t.isfinite().all() or t.numel() == 0) or tensors_of(line, env)[0].numel() < 5),
     "layers promote mixed dtypes; what they make of nothing, of one number and of infinities"),
    (lambda line, env: XLOGY.search(line) and (", -" in line or any_of(line, env, lambda t: (t <= 0).any())),
     "the gradient of x log y where y is not positive"),
    (lambda line, env: SCANS.search(line) and any_of(line, env, lambda t: t.element_size() == 2),
     "products that overflow in 16 bits"),
    (lambda line, env: MODE.search(line) and any_of(line, env, is_nan),
     "whether nan is the commonest value"),
    (lambda line, env: MEDIAN.search(line) and any_of(line, env, lambda t: t.numel() == 0),
     "no integer is the median of nothing"),
    (lambda line, env: CLOSE.search(line) and len({t.dtype for t in tensors_of(line, env)}) > 1,
     "numbers of different dtypes may be close"),
    (lambda line, env: ANGLE.search(line) and any_of(line, env, lambda t: not t.isfinite().all() or t.element_size() == 2),
     "the derivatives of atan2 of infinities, and where squares of 16 bits overflow"),
    (lambda line, env: LOGIT.search(line) and any_of(line, env, lambda t: not ((t > 0) & (t < 1)).all()),
     "the gradient of a logit outside (0, 1), which is nan in PyTorch"),
    (lambda line, env: STEP.search(line) and any_of(line, env, lambda t: t.requires_grad),
     "heaviside passes a gradient to the values at 0; in PyTorch it has none"),
    (lambda line, env: QUOTIENT.search(line) and (any_of(line, env, lambda t: (t == 0).any() or t.isinf().any()) or is_zero_divided(line)),
     "quotients and remainders by 0 and of infinities: of integers, PyTorch refuses them on the CPU alone"),
    (lambda line, env: COPYSIGN.search(line) and any_of(line, env, lambda t: not t.isfinite().all()),
     "the sign of an infinity or a nan has the gradient 1 or -1"),
    (lambda line, env: SCANS.search(line) and any_of(line, env, lambda t: not t.isfinite().all()),
     "the gradient of a scan that meets an infinity is that of its formula"),
    (lambda line, env: (NOT_OF_BOOL.search(line) or SIGNS.search(line)) and any_of(line, env, is_bool),
     "arithmetic and order of bools, some of which PyTorch refuses"),
]


# Where a gradient arrives infinite or nan, what these make of it depends on the order of the steps
# inside: their programs' gradients are compared where PyTorch's are finite.
ORDERED = given("logcumsumexp", "cosine_similarity", "normalize", "cumprod", "addcdiv", "cdist", "dist", "atan2", "copysign", "lerp", "sinc", "logaddexp2?", "lerp_", "nanmean", "nan_to_num",
                "xlogy", "einsum", "amax", "amin", "var", "std", "prod", "norm", "pow", "layer_norm",
                "hardswish", "tanhshrink", "softsign",
                "cross_entropy", "kl_div", "reciprocal", "silu", "net")


def reason(line, env):
    """Why this line, before it runs on these tensors, is left out; None if it is not."""
    return next((why for applies, why in DIFFERENCES if applies(line, env)), None)


def refuses_only_in_pytorch(error):
    """Writing into what split, chunk, unbind and custom functions return, or into what they looked at; and ops that
    PyTorch has no kernel of for a dtype."""
    return any(text in str(error) for text in ("multiple views", "custom Function", "not implemented for"))
