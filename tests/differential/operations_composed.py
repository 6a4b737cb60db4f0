"""How calls of the ops are drawn that Tandem composes of others. What takes one tensor or two without
more arguments needs nothing here (operations.listed)."""


def triple(name):
    def draw(d):
        x = d.tensor()
        return f"torch.{name}({x}, {d.partner(x)}, {d.partner(x)})"
    return draw


def with_operand(name):
    def draw(d):
        x = d.tensor()
        return f"torch.{name}({x}, {d.number() if d.chance(0.4) else d.partner(x)})"
    return draw


def bits(name):
    def draw(d):
        shape = d.new_shape()
        a, b = (d.whole(shape) for _ in range(2))
        return f"torch.{name}({a}, {d.integer(-3, 9) if d.chance(0.3) else b})"
    return draw


def lerp(d):
    x = d.tensor(real=True)
    weight = d.real() if d.chance(0.4) else d.input_like(x, d.shape(x))
    return f"torch.lerp({x}, {d.input_like(x, d.shape(x))}, {weight})"


def lerp_in_place(d):
    return lerp(d).replace("torch.lerp(", "", 1).replace(", ", ".lerp_(", 1)


def along(name, *extra, item="", rank=None):
    def draw(d):
        x = d.tensor(rank=rank)
        arguments = [str(e(d, x)) for e in extra]
        return f"torch.{name}({', '.join([x, *arguments])}){item}"
    return draw


def dim(d, x): return d.dim(x)
def flag(d, x): return d.flag()
def small(d, x): return d.integer(-2, 2)
def dims(d, x): return d.dims(x) if d.rank(x) else ()


def kthvalue(d):
    x = d.tensor()
    along_dim = d.dim(x)
    return f"torch.kthvalue({x}, {d.integer(1, d.size(x, along_dim) + d.chance(0.05))}, {along_dim}, {d.flag()})[0]"


def median(d):
    x = d.tensor()
    return f"torch.median({x})" if d.chance(0.4) else f"torch.median({x}, {d.dim(x)}, {d.flag()})[0]"


def movedim(d):
    x = d.tensor()
    count = d.integer(0, d.rank(x))
    return f"torch.movedim({x}, {tuple(d.shuffled(range(d.rank(x)))[:count])}, {tuple(d.shuffled(range(d.rank(x)))[:count])})"


def unflatten(d):
    x = d.tensor(rank=(1, 2, 3))
    along_dim = d.dim(x)
    size = d.size(x, along_dim)
    first = d.choice([n for n in range(1, size + 1) if size % n == 0] or [1])
    return f"torch.unflatten({x}, {along_dim}, {(first, d.choice((size // first, -1)))})"


def roll(d):
    x = d.tensor()
    if d.chance(0.4) or d.rank(x) == 0:
        return f"torch.roll({x}, {d.integer(-3, 3)})"
    chosen = d.shuffled(range(d.rank(x)))[:d.integer(1, d.rank(x))]
    return f"torch.roll({x}, {tuple(d.integer(-3, 3) for _ in chosen)}, {tuple(chosen)})"


def broadcast_to(d):
    x = d.tensor()
    sizes = [d.choice((2, 3)) if size == 1 else size for size in d.shape(x)]
    return f"torch.broadcast_to({x}, {tuple([d.choice((1, 2))] * d.chance(0.5) + sizes)})"


def stacked(name):
    def draw(d):
        x = d.tensor()
        parts = [x] + [d.like(x) for _ in range(d.integer(0, 2))]
        return f"torch.{name}([{', '.join(parts)}])"
    return draw


def of_two(name, rank, item=""):
    return lambda d: f"torch.{name}({d.tensor(rank=rank)}, {d.tensor(rank=rank)}){item}"


def put(name, scalar=False):
    def draw(d):
        x = d.tensor(rank=(1, 2, 3))
        along_dim = d.dim(x)
        index = d.index((d.integer(0, 3),), d.size(x, along_dim), distinct=True)
        count = d.size(index, 0)
        value = d.integer(0, 1) if scalar else d.input_like(x, d.with_size(x, along_dim, count))
        return f"torch.{name}({x}, {along_dim}, {index}, {value})"
    return draw


def scatter(form):
    def draw(d):
        x = d.tensor(rank=(1,))
        index = d.index((d.integer(0, 3),), d.size(x, 0), distinct=True)
        return form.format(x, f"0, {index}, {d.input_like(x, d.shape(index))}")
    return draw


def index_add_in_place(d):
    x = d.tensor(rank=(1, 2))
    index = d.index((d.integer(0, 3),), d.size(x, 0))
    return f"{x}.index_add_(0, {index}, {d.input_like(x, d.with_size(x, 0, d.size(index, 0)))})"


def masked_scatter(d):
    x = d.tensor()
    return f"torch.masked_scatter({x}, {d.mask(x)}, {d.input_like(x, d.shape(x))})"


def take(d):
    x = d.tensor()
    count = 1
    for size in d.shape(x):
        count *= size
    return f"torch.take({x}, {d.index(d.choice(((), (2,), (2, 2))), count)})"


def take_along_dim(d):
    x = d.tensor(rank=(1, 2, 3))
    along_dim = d.integer(0, d.rank(x) - 1)
    shape = tuple(d.integer(1, 3) if i == along_dim else d.choice((1, size)) for i, size in enumerate(d.shape(x)))
    return f"torch.take_along_dim({x}, {d.index(shape, d.size(x, along_dim))}, {along_dim})"


def einsum(d):
    equation, *shapes = d.choice((
        ("ij,jk->ik", (2, 3), (3, 2)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 1)), ("ii->i", (3, 3)), ("ii", (3, 3)),
        ("ij->ji", (2, 3)), ("i,j->ij", (2,), (3,)), ("ij,ij->", (2, 3), (2, 3)), ("...ij->...ji", (2, 2, 3)),
        ("bn,anm,bm->ba", (2, 3), (4, 3, 2), (2, 2)), ("ij,j", (2, 3), (3,)), ("...i,...i->...", (2, 3), (3,)),
        ("ijk->ik", (2, 3, 2)), ("ba", (2, 3)), ("ij,kl->ijkl", (2, 1), (1, 2))))
    return f"torch.einsum({equation!r}, [{', '.join(d.real_input(s) for s in shapes)}])"


def product(name, *shapes, more=()):
    """Of inputs with these shapes, whose letters are random sizes, and what more there is."""
    def draw(d):
        sizes = {letter: d.integer(1, 3) for letter in "bnmk"} | {"3": 3}
        inputs = [d.real_input(tuple(sizes[letter] for letter in shape)) for shape in shapes]
        return f"torch.{name}({', '.join(inputs + list(more))})"
    return draw


def padded(d):
    x = d.tensor(rank=(1, 2, 3))
    if d.chance(0.5):
        return f"F.pad({x}, {tuple(d.integer(-1, 2) for _ in range(2 * d.integer(1, d.rank(x))))}, 'constant', {d.integer(-1, 3)})"
    x = d.tensor(rank=(2, 3), real=True)
    return f"F.pad({x}, {(d.integer(0, 1), d.integer(0, 1))}, {d.choice(('reflect', 'replicate', 'circular'))!r})"


def selected(d):
    x = d.tensor(rank=(1, 2, 3))
    along_dim = d.integer(0, d.rank(x) - 1)
    shape = list(d.shape(x))
    position = d.integer(0, shape.pop(along_dim) - 1)
    return f"torch.select_scatter({x}, {d.input_like(x, tuple(shape))}, {along_dim}, {position})"


def sliced(d):
    x = d.tensor(rank=(1, 2, 3))
    along_dim = d.integer(0, d.rank(x) - 1)
    size = d.size(x, along_dim)
    begin = d.integer(0, size - 1)
    end = d.integer(begin, size)
    return (f"torch.slice_scatter({x}, {d.input_like(x, d.with_size(x, along_dim, end - begin))}, {along_dim}, "
            f"{begin}, {end})")


def put_at(d):
    x = d.tensor(rank=(1, 2))
    count = 1
    for size in d.shape(x):
        count *= size
    index = d.index((d.integer(0, 2),), count, distinct=True)
    return f"torch.put({x}, {index}, {d.input_like(x, d.shape(index))}, {d.flag()})"


TEMPLATES = {
    "pad": padded, "select_scatter": selected, "slice_scatter": sliced, "put": put_at,
    "hsplit": along("hsplit", lambda d, x: 1, item="[0]", rank=(1, 2, 3)),
    "vsplit": along("vsplit", lambda d, x: [1], item="[0]", rank=(2, 3)),
    "cov": along("cov", lambda d, x: d.integer(0, 1), rank=(1, 2)), "corrcoef": along("corrcoef", rank=(1, 2)),
    "renorm": lambda d: f"torch.renorm({(x := d.tensor(rank=(2, 3), real=True))}, {d.choice((1, 2))}, {d.dim(x)}, {d.choice((0.5, 2.0))})",
    "combinations": along("combinations", lambda d, x: d.integer(1, 3), flag, rank=(1,)),
    "vander": along("vander", lambda d, x: d.integer(1, 3), flag, rank=(1,)),
    "cumulative_trapezoid": lambda d: f"torch.cumulative_trapezoid({d.tensor(rank=(1, 2, 3), real=True)})",
    "signbit": lambda d: f"torch.signbit(torch.nan_to_num({d.tensor()}))", "ldexp": lambda d: f"torch.ldexp({d.tensor(real=True)}, {d.whole(())})",
    "cumsum_": lambda d: f"{(x := d.tensor(real=True))}.cumsum_({d.dim(x)})",
    "tril_": lambda d: f"{d.tensor(rank=(2, 3))}.tril_({d.integer(-1, 1)})",
    **{name: with_operand(name) for name in ("fmod", "floor_divide", "xlogy", "float_power", "copysign")},
    **{name: bits(name) for name in ("bitwise_and", "bitwise_or", "bitwise_xor")},
    "bitwise_not": lambda d: f"torch.bitwise_not({d.whole(d.new_shape())})",
    "lerp": lerp, "lerp_": lerp_in_place,
    "addcmul": triple("addcmul"), "addcdiv": triple("addcdiv"),
    "addcmul_": lambda d: "{0}.addcmul_({1}, {2})".format(x := d.tensor(), d.partner(x), d.partner(x)),
    **{name: (lambda name: lambda d: f"{d.tensor()}.{name}()")(name) for name in (
        "sin_", "atan_", "reciprocal_", "floor_", "erf_", "frac_", "logical_not_", "squeeze_")},
    **{name: (lambda name: lambda d: f"{(x := d.tensor())}.{name}({d.number() if d.chance(0.3) else d.partner(x)})")(name)
       for name in ("remainder_", "lt_")},
    "atan2_": lambda d: f"{(x := d.tensor())}.atan2_({d.partner(x)})",
    "unsqueeze_": lambda d: f"{(x := d.tensor())}.unsqueeze_({d.dim(x)})",
    "transpose_": lambda d: f"{(x := d.tensor())}.transpose_({d.dim(x)}, {d.dim(x)})",
    "isclose": lambda d: f"torch.isclose({d.pair()})",
    "nanmean": along("nanmean", dims, flag), "count_nonzero": along("count_nonzero", dims),
    "dist": lambda d: f"torch.dist({d.pair()}, 2)",
    "trace": along("trace", rank=(2,)),
    "median": median, "kthvalue": kthvalue, "mode": along("mode", dim, flag, item="[0]"),
    "cumprod": along("cumprod", dim),
    "cummax": along("cummax", dim, item="[0]"), "cummin": along("cummin", dim, item="[1]"),
    "diff": along("diff", lambda d, x: d.integer(0, 2), dim),
    "bincount": lambda d: f"torch.bincount({d.index((d.integer(0, 5),), 4)})",
    "histc": lambda d: f"torch.histc({d.tensor(real=True)}, {d.integer(1, 4)}, -2, 2)",
    "bucketize": lambda d: f"torch.bucketize({d.tensor()}, {d.input('float64', (3,), [-1.0, 0.25, 2.0])})",
    "isin": lambda d: f"torch.isin({(x := d.tensor())}, {d.like(x)})",
    "broadcast_to": broadcast_to, "swapaxes": along("swapaxes", dim, dim), "movedim": movedim,
    "unflatten": unflatten, "roll": roll,
    "tile": along("tile", lambda d, x: tuple(d.integer(0, 2) for _ in range(d.integer(1, d.rank(x) + 1)))),
    "fliplr": along("fliplr", rank=(2, 3)),
    "rot90": along("rot90", small, lambda d, x: d.choice(((0, 1), (1, 0), (-1, 0))), rank=(2, 3)),
    "diag": along("diag", small, rank=(1, 2)),
    "diag_embed": along("diag_embed", small, lambda d, x: d.choice((0, -2)), lambda d, x: d.choice((1, -1)), rank=(1, 2)),
    "diagflat": along("diagflat", small),
    **{name: stacked(name) for name in ("hstack", "vstack", "dstack", "column_stack")},
    "broadcast_tensors": lambda d: f"torch.broadcast_tensors({d.pair()})[0]",
    "meshgrid": of_two("meshgrid", (0, 1), "[1]"), "cartesian_prod": of_two("cartesian_prod", (1,)),
    "block_diag": of_two("block_diag", (1, 2)),
    "tensor_split": along("tensor_split", lambda d, x: d.integer(1, 3), dim, item="[0]"),
    "index_copy": put("index_copy"), "index_fill": put("index_fill", scalar=True),
    "scatter": scatter("torch.scatter({0}, {1})"), "scatter_": scatter("{0}.scatter_({1})"),
    "index_add_": index_add_in_place, "masked_scatter": masked_scatter, "take": take, "take_along_dim": take_along_dim,
    "outer": product("outer", "n", "m"), "inner": product("inner", "bn", "mn"),
    "tensordot": product("tensordot", "bnm", "nmk", more=("2",)), "einsum": einsum,
    "baddbmm": product("baddbmm", "bnk", "bnm", "bmk"), "addbmm": product("addbmm", "nk", "bnm", "bmk"),
    "addmv": product("addmv", "n", "nm", "m"), "addr": product("addr", "nm", "n", "m"),
    "kron": product("kron", "nm", "bk"), "cross": product("cross", "n3", "n3", more=("1",)),
    "cdist": product("cdist", "nk", "mk", more=("2.0",)),
}
