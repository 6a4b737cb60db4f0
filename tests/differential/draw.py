"""The choices of a random program."""

import math
import random

import torch

import differences
from answers import FLOATS, Input, Program, Run, dtype_name, readable

MAX_ELEMENTS, MAX_RANK = 120, 5


class Draw:
    """The choices of one program. The tensors that it draws from are alive, so arguments mostly fit."""

    def __init__(self, name, templates):
        self.random = random.Random(name)
        self.templates = list(templates.values())
        self.program = Program(name)
        self.run = Run(self.program)
        self.floats = self.choice(("float64", "float64", "float32", "float16", "bfloat16"))
        self.mixed = self.chance(0.25)

    # ---- numbers ----
    def chance(self, p): return self.random.random() < p
    def choice(self, items): return self.random.choice(items)
    def integer(self, low, high): return self.random.randint(low, max(low, high))
    def shuffled(self, items): return self.random.sample(list(items), len(items))
    def flag(self): return self.chance(0.5)
    def real(self): return round(self.random.gauss(0, 1.5), 2) or 0.37
    def number(self): return self.choice((self.real(), self.real(), self.integer(-3, 3), 0.5))

    def values(self, count, positive=False):
        if positive:
            return [round(self.random.uniform(0.05, 0.95), 2) for _ in range(count)]
        kind = self.random.random()
        if kind < 0.6:
            return [self.real() for _ in range(count)]
        if kind < 0.85:
            return [float(self.integer(-2, 3)) for _ in range(count)]
        special = ("nan", "inf", "-inf", "-0.0", "0.0", "100.0", "-100.0", "1.0")
        return [float(self.choice(special)) if self.chance(0.4) else self.real() for _ in range(count)]

    # ---- inputs ----
    def input(self, dtype, shape, values, leaf=False):
        name = f"x{len(self.program.inputs)}"
        order, step = None, 1
        if self.chance(0.1):  # no dense rows
            order, step = self.shuffled(range(len(shape))), self.choice((1, 1, 2))
        self.program.inputs[name] = Input(dtype, shape, values, leaf, order, step)
        self.run.env[name] = self.program.inputs[name].tensor()
        return name

    def new_shape(self):
        sizes = (1, 2, 3, 4) if self.chance(0.93) else (0, 1, 2)
        return tuple(self.choice(sizes) for _ in range(self.integer(0, 3)))

    def new_input(self, shape=None):
        shape = self.new_shape() if shape is None else tuple(shape)
        count = math.prod(shape)
        if self.chance(0.12):
            dtype = self.choice(("int64", "int32", "int16", "uint8", "bool"))
            low, high = {"uint8": (0, 5), "bool": (0, 1)}.get(dtype, (-3, 4))
            return self.input(dtype, shape, [self.integer(low, high) for _ in range(count)])
        dtype = self.choice(FLOATS) if self.mixed and self.chance(0.3) else self.floats
        return self.input(dtype, shape, self.values(count), leaf=self.chance(0.7))

    def input_like(self, x, shape, positive=False):
        dtype = dtype_name(self.run.env[x])
        count = math.prod(shape)
        if dtype not in FLOATS:
            return self.input(dtype, shape, [self.integer(0, 1) for _ in range(count)])
        return self.input(dtype, shape, self.values(count, positive), leaf=not positive and self.chance(0.6))

    def real_input(self, shape):
        return self.input(self.floats, shape, self.values(math.prod(shape)), leaf=self.chance(0.7))

    def whole(self, shape):
        """An input of integers or bools."""
        dtype = self.choice(("int64", "int32", "int16", "uint8", "bool"))
        low, high = {"uint8": (0, 255), "bool": (0, 1)}.get(dtype, (-99, 99))
        return self.input(dtype, shape, [self.integer(low, high) for _ in range(math.prod(shape))])

    def index(self, shape, size, ignored=False, distinct=False):
        count = math.prod(shape)
        if distinct:
            count = min(count, size)
            return self.input("int64", (count,), self.random.sample(range(size), count))
        values = [self.position(size) for _ in range(count)] if not ignored else [
            -100 if self.chance(0.15) else self.integer(0, size - 1) for _ in range(count)]
        return self.input("int64", shape, [max(v, -100) if ignored else v % max(size, 1) for v in values])

    def index_in(self, shape, size):
        """Indices from the front, as embeddings take them."""
        return self.input("int64", shape, [self.integer(0, size - 1) for _ in range(math.prod(shape))])

    # ---- tensors of the program ----
    def tensor(self, rank=None, real=False):
        fit = [name for name, t in self.run.env.items()
               if (rank is None or t.dim() in rank) and (not real or t.is_floating_point())]
        recent = fit[-3:] if self.chance(0.5) else fit
        if recent:
            return self.choice(recent)
        if rank is None:
            return self.new_input()
        shape = [self.integer(1, 4) for _ in range(self.choice(rank))]
        return self.input(self.floats, shape, self.values(math.prod(shape)), leaf=True)

    def shape(self, x): return tuple(self.run.env[x].shape)
    def rank(self, x): return self.run.env[x].dim()
    def size(self, x, dim): return (self.shape(x) or (1,))[dim if -max(self.rank(x), 1) <= dim < max(self.rank(x), 1) else 0]

    def with_size(self, x, dim, size):
        shape = list(self.shape(x))
        if shape:
            shape[dim if -len(shape) <= dim < len(shape) else 0] = size
        return tuple(shape)

    def like(self, x):
        """A tensor of the same shape, another one if there is one."""
        fit = [name for name in self.run.env if self.shape(name) == self.shape(x)]
        return self.choice(fit) if self.chance(0.8) else self.new_input(self.shape(x))

    def partner(self, x):
        """A tensor that broadcasts to x."""
        if self.chance(0.04):
            return self.tensor()
        fit = [name for name in self.run.env if self.broadcasts(name, x)]
        if self.chance(0.6):
            return self.choice(fit)
        shape = [1 if self.chance(0.3) else size for size in self.shape(x)][self.integer(0, 1) * self.chance(0.3):]
        return self.new_input(shape)

    def pair(self):
        a = self.tensor()
        return ", ".join(self.shuffled((a, self.partner(a))))

    def broadcasts(self, a, x):
        try:
            return torch.broadcast_shapes(self.shape(a), self.shape(x)) == self.shape(x)
        except RuntimeError:
            return False

    def factor(self, a, rank):
        """A matrix, vector or batch that a product of `a` fits."""
        shape = self.shape(a)
        inner = shape[-1] if shape else 1
        sizes = {1: (inner,), 2: (inner, self.integer(1, 3)),
                 3: (shape[0] if len(shape) == 3 else 2, inner, self.integer(1, 3))}[rank]
        return self.input_like(a, sizes)

    def mask(self, x):
        fit = [name for name, t in self.run.env.items() if t.dtype == torch.bool and self.shape(name) == self.shape(x)]
        if fit and self.chance(0.4):
            return self.choice(fit)
        return self.choice((f"({x} > {self.real()})", f"({x} == {x})",
                            self.input("bool", self.shape(x), [self.integer(0, 1) for _ in range(math.prod(self.shape(x)))])))

    # ---- arguments ----
    def dim(self, x):
        rank = max(self.rank(x), 1)
        return self.integer(-rank - self.chance(0.02), rank - 1)

    def dims(self, x):
        dims = self.random.sample(range(self.rank(x)), self.integer(1, self.rank(x)))
        dims = [d - self.rank(x) if self.chance(0.3) else d for d in dims]
        return dims[0] if len(dims) == 1 and self.flag() else tuple(dims)

    def position(self, size):
        return self.integer(-size, size - 1) if size and not self.chance(0.02) else size

    def other_shape(self, x):
        sizes, count = [], self.run.env[x].numel()
        while count > 1 and self.chance(0.7):
            sizes.append(self.choice([d for d in range(1, count + 1) if count % d == 0]))
            count //= sizes[-1]
        sizes.append(count if self.chance(0.6) else -1)
        return tuple(sizes)

    def subscript(self, x):
        items = []
        for size in self.shape(x):
            kind = self.random.random()
            if kind < 0.3:
                items.append(str(self.position(size)))
            elif kind < 0.6:
                items.append(self.choice((":", "1:", ":-1", "::2", ":1", "-2:")))
            elif kind < 0.7 and size:
                items.append(self.index((self.integer(0, 3),), size))
            else:
                break
        if self.chance(0.2):
            items.insert(self.integer(0, len(items)), "None")
        if self.chance(0.2) or not items:
            items.insert(self.integer(0, len(items)), "...")
        return ", ".join(items)

    # ---- the program ----
    def draw(self):
        for _ in range(self.integer(1, 2)):
            self.new_input()
        wanted = self.integer(1, 6)
        for _ in range(40):
            if len(self.program.lines) >= wanted:
                break
            self.add_line()
        return self.program

    def add_line(self):
        inputs = dict(self.program.inputs)
        expression = self.choice(self.templates)(self)
        in_place = expression.split("(")[0].endswith("_")
        line = expression if in_place else f"v{len(self.program.lines)} = {expression}"
        left_out = differences.reason(line, self.run.env)
        accepted = not left_out and self.run.step(line)
        if left_out or not self.fits(accepted):
            self.program.inputs = inputs
            # An in-place line has changed tensors: begin again from the inputs.
            self.run = Run(self.program)
        else:
            self.program.lines.append(line)

    def fits(self, accepted):
        """Whether the line that was run becomes one of the program's: some of the refused do."""
        if not accepted:
            error = getattr(self.run, "error", None)
            return (isinstance(error, (RuntimeError, IndexError, ValueError)) and self.chance(0.1)
                    and not differences.refuses_only_in_pytorch(error))
        tensors = self.run.env.values()
        return all(t.numel() <= MAX_ELEMENTS and t.dim() <= MAX_RANK and readable(t) for t in tensors)


def drawn(name, templates):
    return Draw(name, templates).draw()
