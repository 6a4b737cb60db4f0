"""How calls of the functional layers and losses are drawn that Tandem composes of ops."""

REDUCTIONS = ("'none'", "'mean'", "'sum'")


def dim(d, x): return d.dim(x)


def along(name, *extra, rank=None):
    def draw(d):
        x = d.tensor(rank=rank, real=True)
        return f"F.{name}({', '.join([x, *(str(e(d, x)) for e in extra)])})"
    return draw


def prelu(d):
    x = d.tensor(rank=(2, 3), real=True)
    return f"F.prelu({x}, {d.input_like(x, (d.choice((1, d.shape(x)[1])),))})"


def affine(d, x):
    return f"{d.input_like(x, (d.shape(x)[1],))}, {d.input_like(x, (d.shape(x)[1],))}"


def group_norm(d):
    x = d.tensor(rank=(2, 3), real=True)
    channels = d.shape(x)[1]
    groups = d.choice([n for n in range(1, channels + 1) if channels % n == 0] or [1])
    return f"F.group_norm({x}, {groups}, {affine(d, x)})"


def batch_norm(d):
    x = d.tensor(rank=(2, 3), real=True)
    mean, var = d.input_like(x, (d.shape(x)[1],), positive=True), d.input_like(x, (d.shape(x)[1],), positive=True)
    return f"F.batch_norm({x}, {mean}.clone(), {var}.clone(), {affine(d, x)}, {d.flag()})"


def bilinear(d):
    rows, n, m, out = (d.integer(1, 3) for _ in range(4))
    shapes = (rows, n), (rows, m), (out, n, m), (out,)
    return f"F.bilinear({', '.join(d.real_input(s) for s in shapes)})"


def of_pair(name, *extra, rank=(1, 2, 3)):
    def draw(d):
        x = d.tensor(rank=rank, real=True)
        return f"F.{name}({', '.join([x, d.input_like(x, d.shape(x)), *(str(e(d, x)) for e in extra)])})"
    return draw


def signs(d, shape):
    count = 1
    for size in shape:
        count *= size
    return d.input(d.floats, shape, [float(d.choice((-1, 1))) for _ in range(count)])


def ended(d, *keywords):
    extra = "".join(f", {k}={d.choice((0.3, 1.1))}" for k in keywords if d.chance(0.5))
    return f"{extra}, reduction={d.choice(REDUCTIONS)})"


def of_signs(name, inputs, *keywords):
    def draw(d):
        shape = (d.integer(1, 3), d.integer(1, 3))
        target = shape[:1] if name == "cosine_embedding_loss" else shape
        tensors = [d.real_input(shape) for _ in range(inputs)]
        return f"F.{name}({', '.join(tensors)}, {signs(d, target)}{ended(d, *keywords)}"
    return draw


def multi_margin(d):
    rows, classes = d.integer(1, 3), d.integer(1, 4)
    weight = f", weight={d.input(d.floats, (classes,), d.values(classes, positive=True))}" if d.chance(0.4) else ""
    return (f"F.multi_margin_loss({d.real_input((rows, classes))}, {d.index((rows,), classes)}, "
            f"p={d.choice((1, 2))}{weight}{ended(d, 'margin')}")


def multilabel_margin(d):
    rows, classes = d.integer(1, 3), d.integer(1, 4)
    labels = []
    for _ in range(rows):
        row = d.shuffled(range(classes))[:d.integer(0, classes)]
        labels += row + [-1] * (classes - len(row))
    return (f"F.multilabel_margin_loss({d.real_input((rows, classes))}, "
            f"{d.input('int64', (rows, classes), labels)}{ended(d)}")


def of_targets(name, *flags):
    def draw(d):
        shape = (d.integer(1, 3), d.integer(1, 3))
        target = d.input(d.floats, shape, d.values(shape[0] * shape[1], positive=True))
        extra = "".join(f", {flag}={d.flag()}" for flag in flags)
        return f"F.{name}({d.real_input(shape)}, {target}{extra}{ended(d)}"
    return draw


def triplet(d):
    shape = (d.integer(1, 3), d.integer(1, 3))
    tensors = ", ".join(d.real_input(shape) for _ in range(3))
    return f"F.triplet_margin_loss({tensors}, p={d.choice((1, 2, 3))}, swap={d.flag()}{ended(d, 'margin')}"


TEMPLATES = {
    "celu": along("celu", lambda d, x: d.choice((0.5, 1.3))),
    "glu": along("glu", dim, rank=(1, 2, 3)),
    "hardshrink": along("hardshrink", lambda d, x: d.choice((0.5, 1.3))),
    "softshrink": along("softshrink", lambda d, x: d.choice((0.5, 1.3))),
    "threshold": along("threshold", lambda d, x: d.real(), lambda d, x: d.real()),
    "prelu": prelu, "softmin": along("softmin", dim),
    "group_norm": group_norm, "batch_norm": batch_norm, "bilinear": bilinear,
    "normalize": along("normalize", lambda d, x: d.choice((1, 2, 3)), dim, rank=(1, 2, 3)),
    "cosine_similarity": of_pair("cosine_similarity", lambda d, x: d.integer(0, d.rank(x) - 1)),
    "pairwise_distance": of_pair("pairwise_distance", lambda d, x: d.choice((1, 2, 3)), rank=(1, 2)),
    "hinge_embedding_loss": of_signs("hinge_embedding_loss", 1, "margin"),
    "margin_ranking_loss": of_signs("margin_ranking_loss", 2, "margin"),
    "cosine_embedding_loss": of_signs("cosine_embedding_loss", 2, "margin"),
    "soft_margin_loss": of_signs("soft_margin_loss", 1),
    "multi_margin_loss": multi_margin, "multilabel_margin_loss": multilabel_margin,
    "multilabel_soft_margin_loss": of_targets("multilabel_soft_margin_loss"),
    "poisson_nll_loss": of_targets("poisson_nll_loss", "log_input", "full"),
    "triplet_margin_loss": triplet,
}
