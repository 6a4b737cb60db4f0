"""How a line of a random program is drawn, for every function that programs can call.

An elementwise rule of the op lists needs nothing here: `listed` finds out how PyTorch takes it. Every
other function has a template: a function of a Draw that returns an expression."""

import torch
import torch.nn.functional as F

import operations_composed
import operations_layers
import program_functions

REDUCTIONS = ("'none'", "'mean'", "'sum'")


def spelled(name):
    """The name with its module, or None if PyTorch has no such function."""
    for module, prefix in ((torch, "torch."), (F, "F.")):
        if hasattr(module, name):
            return prefix + name
    return None


def takes(name, count):
    try:
        eval(spelled(name), {"torch": torch, "F": F})(*[torch.tensor([0.25, 0.5])] * count)
        return True
    except Exception:
        return False


def listed(name):
    """The template of a function of one tensor or of two, or None."""
    if takes(name, 1):
        return lambda d: f"{spelled(name)}({d.tensor()})"
    if takes(name, 2):
        return lambda d: f"{spelled(name)}({d.pair()})"
    return None


def on(form):
    """The template of what form(d, x) makes of a tensor x."""
    return lambda d: form(d, d.tensor())


def operator(symbol):
    def draw(d):
        a = d.tensor()
        b = d.number() if d.chance(0.3) else d.partner(a)
        return f"{b} {symbol} {a}" if d.chance(0.5) else f"{a} {symbol} {b}"
    return draw


def with_number(name):
    return lambda d: f"torch.{name}({d.tensor()}, {d.number()})"


def scaled(name):
    return lambda d: f"torch.{name}({d.pair()}, alpha={d.number()})"


def clamp(d):
    low, high = sorted((d.real(), d.real()))
    bounds = d.choice((f"{low}, {high}", f"{low}", f"None, {high}", f"min={low}"))
    return f"torch.clamp({d.tensor()}, {bounds})"


def where(d):
    a = d.tensor()
    b = d.number() if d.chance(0.2) else d.partner(a)
    return f"torch.where({d.mask(a)}, {a}, {b})"


def over_dims(name, unbiased=False):
    def draw(d):
        x = d.tensor()
        if d.chance(0.3) or d.rank(x) == 0:
            return f"{x}.{name}()"
        extra = f", unbiased={d.flag()}" if unbiased and d.chance(0.5) else ""
        return f"{x}.{name}({d.dims(x)}{extra}, keepdim={d.flag()})"
    return draw


def along(name, whole=True):
    def draw(d):
        x = d.tensor()
        if whole and d.chance(0.3):
            return f"{x}.{name}()"
        picked = "[0]" if name in ("max", "min") else ""
        return f"{x}.{name}({d.dim(x)}, keepdim={d.flag()}){picked}"
    return draw


def norm(d):
    x = d.tensor()
    p = d.choice((2, 1, 3, 0.5, 0, "float('inf')")[:5])
    if d.rank(x) == 0 or d.chance(0.4):
        return f"{x}.norm({p})"
    return f"{x}.norm({p}, {d.dims(x)}, {d.flag()})"


def view(name):
    return on(lambda d, x: f"{x}.{name}({d.other_shape(x)})")


def expand(d):
    x = d.tensor()
    sizes = [d.choice((2, 3)) if size == 1 else d.choice((size, -1)) for size in d.shape(x)]
    return f"{x}.expand({tuple([d.choice((1, 2))] * d.chance(0.5) + sizes)})"


def two_dims(name, extra=""):
    return on(lambda d, x: f"{x}.{name}({extra and str(d.integer(-2, 2)) + ', '}{d.dim(x)}, {d.dim(x)})")


def one_dim(name):
    return on(lambda d, x: f"{x}.{name}({d.dim(x)})")


def narrow(d):
    x = d.tensor()
    dim = d.dim(x)
    size = d.size(x, dim)
    start = d.integer(0, max(size - 1, 0))
    return f"{x}.narrow({dim}, {start}, {d.integer(0, size - start)})"


def part(name):
    """split, chunk and unbind, of which one part is taken."""
    def draw(d):
        x = d.tensor()
        count = "" if name == "unbind" else f"{d.integer(1, 3)}, "
        return f"{x}.{name}({count}{d.dim(x)})[{d.choice((0, 0, -1))}]"
    return draw


def joined(name):
    def draw(d):
        x = d.tensor()
        parts = [x] + [d.like(x) for _ in range(d.integer(0, 2))]
        return f"torch.{name}([{', '.join(parts)}], {d.dim(x)})"
    return draw


def repeat_interleave(d):
    x = d.tensor()
    dim = "" if d.chance(0.3) else f", {d.dim(x)}"
    return f"{x}.repeat_interleave({d.integer(0, 3)}{dim})"


def masked_write(name):
    return on(lambda d, x: f"{x}.{name}({d.mask(x)}, {d.number()})")


def select(d, x):
    dim = d.dim(x)
    return f"{x}.select({dim}, {d.position(d.size(x, dim))})"


def conversion(d):
    dtype = d.choice(("float32", "float64", "float16", "bfloat16", "int64", "int32", "uint8", "bool"))
    if dtype == "uint8" or dtype.startswith("int"):  # a float out of range is undefined in PyTorch
        return f"torch.isnan({d.tensor()}).to(torch.{dtype})"
    return f"{d.tensor()}.to(torch.{dtype})"


def indexed(name, source=False):
    def draw(d):
        x = d.tensor()
        dim = d.dim(x)
        if name in ("index_select", "index_add"):
            count = d.integer(0, 3)
            index = d.index((count,), d.size(x, dim))
            shape = d.with_size(x, dim, count)
        else:
            shape = tuple(d.integer(0, size) for size in d.shape(x))
            index = d.index(shape, d.size(x, dim))
        values = f", {d.input_like(x, shape)}" if source else ""
        return f"torch.{name}({x}, {dim}, {index}{values})"
    return draw


def triangle(name):
    return lambda d: f"torch.{name}({d.tensor(rank=(2, 3))}, {d.integer(-2, 2)})"


def ordered(name):
    def draw(d):
        x = d.tensor()
        if name == "topk":
            dim = d.dim(x)
            return f"torch.topk({x}, {d.integer(0, d.size(x, dim))}, {dim}, {d.flag()})[0]"
        # PyTorch lays results out like the operand.
        return f"torch.{name}({x}, {d.dim(x)}, {d.flag()}){'[0]' if name == 'sort' else ''}.contiguous()"
    return draw


def product(name, left, right):
    """Of two tensors whose ranks are given; the second is made to fit."""
    def draw(d):
        a = d.tensor(rank=left, real=True)
        return f"torch.{name}({a}, {d.factor(a, d.choice(right))})"
    return draw


def addmm(d):
    a = d.tensor(rank=(2,), real=True)
    b = d.factor(a, 2)
    c = d.input_like(a, (d.shape(a)[0], d.shape(b)[1]) if d.chance(0.5) else (d.shape(b)[1],))
    scale = f", beta={d.number()}, alpha={d.number()}" if d.chance(0.5) else ""
    return f"torch.addmm({c}, {a}, {b}{scale})"


def linear(d):
    x = d.tensor(rank=(1, 2, 3), real=True)
    width = d.integer(1, 3)
    weight = d.input_like(x, (width, d.shape(x)[-1]))
    bias = f", {d.input_like(x, (width,))}" if d.chance(0.6) else ""
    return f"F.linear({x}, {weight}{bias})"


def loss(name, *keywords):
    def draw(d):
        x = d.tensor(real=True)
        target = d.like(x) if d.chance(0.6) else d.input_like(x, d.shape(x))
        extra = "".join(f", {keyword}={d.choice((0.531, 1.073, 2.117))}" for keyword in keywords)
        return f"F.{name}({x}, {target}, reduction={d.choice(REDUCTIONS)}{extra})"
    return draw


def classes(name):
    def draw(d):
        x = d.tensor(rank=(1, 2, 3), real=True)
        shape = d.shape(x)
        count = shape[0] if len(shape) == 1 else shape[1]
        labels = d.index(shape[:1] * (len(shape) > 1) + shape[2:], count, ignored=True)
        extra = f", weight={d.input_like(x, (count,), positive=True)}" if d.chance(0.4) else ""
        extra += f", ignore_index={d.integer(-1, 2)}" if d.chance(0.3) else ""
        if name == "cross_entropy" and d.chance(0.4):
            extra += ", label_smoothing=0.25"
        scores = x if name == "cross_entropy" else f"torch.log_softmax({x}, {min(len(shape) - 1, 1)})"
        return f"F.{name}({scores}, {labels}{extra}, reduction={d.choice(REDUCTIONS)})"
    return draw


def binary_loss(name):
    def draw(d):
        x = d.tensor(real=True)
        target = d.input_like(x, d.shape(x), positive=True)
        extra = f", weight={d.input_like(x, d.shape(x), positive=True)}" if d.chance(0.3) else ""
        chance = x if name.endswith("logits") else f"torch.sigmoid({x})"
        return f"F.{name}({chance}, {target}{extra}, reduction={d.choice(REDUCTIONS)})"
    return draw


def divergence(d):
    x = d.tensor(rank=(1, 2), real=True)
    target = f"torch.softmax({d.input_like(x, d.shape(x))}, -1)"
    return f"F.kl_div(torch.log_softmax({x}, -1), {target}, reduction={d.choice(REDUCTIONS)})"


def embedding(d):
    weight = d.tensor(rank=(2,), real=True)
    shape = d.choice(((), (2,), (2, 2), (0,)))
    return f"F.embedding({d.index(shape, d.shape(weight)[0])}, {weight})"


def layer_norm(d):
    x = d.tensor(rank=(1, 2, 3), real=True)
    shape = d.shape(x)[-d.integer(1, d.rank(x)):]
    scale = f", {d.input_like(x, shape)}" if d.chance(0.6) else ""
    shift = f", {d.input_like(x, shape)}" if scale and d.chance(0.7) else ""
    return f"F.layer_norm({x}, {tuple(shape)}{scale}{shift})"


def in_place(name):
    return lambda d: f"{d.tensor()}.{name}()"


def in_place_pair(name):
    return on(lambda d, x: f"{x}.{name}({d.number() if d.chance(0.3) else d.partner(x)})")


def index_put(d):
    x = d.tensor()
    if d.rank(x) == 0 or d.chance(0.4):
        return f"{x}.index_put_(({d.mask(x)},), {d.input_like(x, ())})"
    count = d.integer(0, 3)
    index = d.index((count,), d.shape(x)[0], distinct=True)
    values = d.input_like(x, d.with_size(x, 0, d.size(index, 0)) if d.chance(0.6) else ())
    return f"{x}.index_put_(({index},), {values})"


TEMPLATES = {
    **{f"operator {symbol}": operator(symbol)
       for symbol in ("+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=")},
    "operator -x": lambda d: f"-{d.tensor()}",
    "operator ~": lambda d: f"~{d.mask(d.tensor())}",
    "operator &": lambda d: f"{d.mask(d.tensor())} & {d.mask(d.tensor())}",
    "operator []": on(lambda d, x: f"{x}[{d.subscript(x)}]"),
    "operator [mask]": on(lambda d, x: f"{x}[{d.mask(x)}]"),
    "add": scaled("add"), "sub": scaled("sub"),
    "remainder": with_number("remainder"),
    "leaky_relu": lambda d: f"F.leaky_relu({d.tensor()}, {d.real()})",
    "elu": lambda d: f"F.elu({d.tensor()}, {abs(d.real())})",
    "gelu": lambda d: f"F.gelu({d.tensor()}{d.choice(('', ', approximate=' + repr('tanh')))})",
    "softplus": lambda d: f"F.softplus({d.tensor()}, {d.choice((0.5, 1, 2))}, {d.choice((3, 20))})",
    "hardtanh": lambda d: f"F.hardtanh({d.tensor()}, -0.53, 0.77)",
    "clamp": clamp,
    "pow": lambda d: f"torch.pow({d.pair()})" if d.chance(0.4)
           else f"{d.tensor()} ** {d.choice((2, 3, 0.5, -1, 1.5, -0.5, 4))}",
    "where": where,
    "sum": over_dims("sum"), "mean": over_dims("mean"),
    "amax": over_dims("amax"), "amin": over_dims("amin"),
    "var": over_dims("var", True), "std": over_dims("std", True),
    "prod": along("prod"), "max": along("max"), "min": along("min"),
    "argmax": along("argmax"), "argmin": along("argmin"),
    "logsumexp": along("logsumexp", whole=False),
    "all": lambda d: f"{d.tensor()}.all()", "any": lambda d: f"{d.tensor()}.any()",
    "norm": norm,
    "cumsum": one_dim("cumsum"), "softmax": one_dim("softmax"), "log_softmax": one_dim("log_softmax"),
    "view": view("view"), "reshape": view("reshape"), "expand": expand,
    "repeat": on(lambda d, x: f"{x}.repeat({tuple(d.integer(0, 2) for _ in range(d.rank(x) + 1))})"),
    "permute": on(lambda d, x: f"{x}.permute({tuple(d.shuffled(range(d.rank(x))))})"),
    "flip": one_dim("flip"),
    "t": lambda d: f"{d.tensor(rank=(0, 1, 2))}.t()",
    "squeeze": lambda d: f"{d.tensor()}.squeeze()" if d.chance(0.5) else one_dim("squeeze")(d),
    "unsqueeze": one_dim("unsqueeze"), "transpose": two_dims("transpose"),
    "diagonal": two_dims("diagonal", extra="offset"),
    "flatten": lambda d: f"{d.tensor()}.flatten()" if d.chance(0.4) else two_dims("flatten")(d),
    "select": on(select),
    "narrow": narrow,
    "contiguous": in_place("contiguous"), "clone": in_place("clone"), "detach": in_place("detach"),
    "to": conversion, "float": in_place("float"), "double": in_place("double"),
    "long": lambda d: f"torch.isinf({d.tensor()}).long()", "bool": in_place("bool"),
    "repeat_interleave": repeat_interleave,
    "cat": joined("cat"), "stack": joined("stack"),
    "split": part("split"), "chunk": part("chunk"), "unbind": part("unbind"),
    "zeros": lambda d: f"torch.zeros({d.new_shape()})", "ones": lambda d: f"torch.ones({d.new_shape()})",
    "zeros_like": lambda d: f"torch.zeros_like({d.tensor()})",
    "ones_like": lambda d: f"torch.ones_like({d.tensor()})",
    "index_select": indexed("index_select"), "gather": indexed("gather"),
    "index_add": indexed("index_add", source=True),
    "scatter_add": indexed("scatter_add", source=True),
    "one_hot": lambda d: f"F.one_hot({d.index(d.choice(((), (3,), (2, 2))), 4)}, {d.choice((4, 5))})",
    "nonzero": lambda d: f"torch.nonzero({d.tensor()}).contiguous()",
    "masked_fill": masked_write("masked_fill"),
    "masked_select": on(lambda d, x: f"torch.masked_select({x}, {d.mask(x)})"),
    "tril": triangle("tril"), "triu": triangle("triu"),
    "sort": ordered("sort"), "argsort": ordered("argsort"), "topk": ordered("topk"),
    "matmul": product("matmul", (1, 2, 3), (1, 2, 3)),
    "mm": product("mm", (2,), (2,)), "bmm": product("bmm", (3,), (3,)),
    "mv": product("mv", (2,), (1,)), "dot": product("dot", (1,), (1,)),
    "addmm": addmm, "linear": linear,
    "mse_loss": loss("mse_loss"), "l1_loss": loss("l1_loss"),
    "smooth_l1_loss": loss("smooth_l1_loss", "beta"), "huber_loss": loss("huber_loss", "delta"),
    "cross_entropy": classes("cross_entropy"), "nll_loss": classes("nll_loss"),
    "binary_cross_entropy": binary_loss("binary_cross_entropy"),
    "binary_cross_entropy_with_logits": binary_loss("binary_cross_entropy_with_logits"),
    "kl_div": divergence, "embedding": embedding, "layer_norm": layer_norm,
    "dropout": lambda d: f"F.dropout({d.tensor(real=True)}, 0.5, False)",
    **{name: in_place(name) for name in ("tanh_", "sigmoid_", "relu_", "exp_", "log_", "sqrt_", "neg_",
                                         "abs_", "square_", "zero_", "detach_")},
    **{name: in_place_pair(name) for name in ("add_", "sub_", "mul_", "div_")},
    "pow_": lambda d: f"{d.tensor()}.pow_({d.choice((2, 3))})",
    "clamp_": lambda d: f"{d.tensor()}.clamp_(-0.53, 1.27)",
    "fill_": lambda d: f"{d.tensor()}.fill_({d.number()})",
    "copy_": on(lambda d, x: f"{x}.copy_({d.partner(x)})"),
    "masked_fill_": masked_write("masked_fill_"),
    "index_put_": index_put,
    **operations_composed.TEMPLATES,
    **operations_layers.TEMPLATES,
    **program_functions.TEMPLATES,
}


def templates_of(names):
    """A template for each of the functions, by name. Names that PyTorch does not know, which are
    pieces of other functions, are left out; one that it knows and that cannot be drawn is an error."""
    result = {name: draw for name, draw in TEMPLATES.items() if name.startswith("operator")}
    for name in names:
        draw = TEMPLATES.get(name) or (spelled(name) and listed(name))
        if not draw and spelled(name):
            raise SystemExit(f"operations.py: no template for {name}")
        if draw:
            result[name] = draw
    return result
