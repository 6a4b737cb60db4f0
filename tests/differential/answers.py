"""A program, what it does in PyTorch, and how that is written down."""

import json

import torch
import torch.nn.functional as F

import differences
from program_functions import FUNCTIONS

FLOATS = ("float32", "float64", "float16", "bfloat16")


def dtype_name(tensor):
    return str(tensor.dtype).removeprefix("torch.")


def finite_max(tensors):
    """The largest finite magnitude, at least 1."""
    largest = 1.0
    for tensor in tensors:
        values = tensor.detach().double().flatten()
        values = values[values.isfinite()].abs()
        largest = max(largest, values.max().item() if values.numel() else 0)
    return largest


def same_bits(a, b):
    return torch.equal(a.nan_to_num(1.25), b.nan_to_num(1.25)) and torch.equal(a.signbit(), b.signbit())


def not_finite(tensors):
    return sum((~tensor.isfinite()).sum().item() for tensor in tensors if tensor is not None)


def readable(tensor):
    """Not one of several views of a tensor that was written."""
    try:
        return tensor.clone() is not None
    except RuntimeError:
        return False


def stored(tensor):
    """PyTorch has tensors of zeros without memory, which cannot be read."""
    return torch.zeros(tensor.shape, dtype=tensor.dtype) if tensor._is_zerotensor() else tensor


class Input:
    def __init__(self, dtype, shape, values, leaf, order=None, step=1):
        self.dtype, self.shape, self.values, self.leaf = dtype, tuple(shape), values, leaf
        self.order, self.step = order or list(range(len(self.shape))), step

    def strides(self):
        """The dimensions in `order` from the outermost to the innermost, which has the stride `step`."""
        strides, stride = [0] * len(self.shape), self.step
        for dim in reversed(self.order):
            strides[dim] = stride
            stride *= max(self.shape[dim], 1)
        return strides

    def tensor(self, scale=None):
        """As the program sees it; with `scale`, floats times it, in float64."""
        result = torch.tensor(self.values, dtype=torch.float64 if self.dtype in FLOATS else torch.int64)
        result = result.reshape(self.shape).to(getattr(torch, self.dtype))
        if scale and self.dtype in FLOATS:
            result = result.double() * scale
        # Not a view, which PyTorch treats otherwise.
        laid_out = torch.empty_strided(self.shape, self.strides(), dtype=result.dtype)
        return laid_out.copy_(result).requires_grad_(self.leaf)


def upstream(tensor):
    count = torch.arange(tensor.numel(), dtype=torch.float64)
    return (0.5 + count * 37 % 100 / 100).reshape(tensor.shape).to(tensor.dtype)


class Run:
    """What a program does in PyTorch: its variables, the lines that are errors, and the gradients."""

    def __init__(self, program, scale=None, skip=()):
        self.env = {name: value.tensor(scale) for name, value in program.inputs.items()}
        self.leaves = {name: self.env[name] for name in sorted(program.inputs) if program.inputs[name].leaf}
        self.valid, self.errors = True, []
        for number, line in enumerate(program.lines):
            if number in skip:
                continue
            if scale:
                for name in FLOATS:
                    line = line.replace(f"torch.{name}", "torch.float64")
                line = line.replace(".float()", ".double()")
            if not self.step(line):
                self.errors.append(number)
        inputs = set(program.inputs)
        self.roots = [name for name, value in sorted(self.env.items()) if value.requires_grad]
        self.grad = self.second = None
        self.second_roots = []
        targets = [name for name in self.roots if name not in inputs]
        if targets and self.leaves:
            self.differentiate(targets)

    def step(self, line):
        scope = {"torch": torch, "F": F, **FUNCTIONS, **self.env}
        name, equals, expression = line.partition(" = ")
        try:
            if equals and name.isidentifier():
                value = eval(expression, scope)
                if not isinstance(value, torch.Tensor):
                    raise TypeError(line)
                self.env[name] = value
            else:
                eval(line, scope)
        except NameError:
            self.valid = False
            return False
        except Exception as error:
            self.error = error
            return False
        return True

    def gradients(self, roots, create_graph):
        try:
            found = torch.autograd.grad(roots, list(self.leaves.values()), [upstream(root) for root in roots],
                                        retain_graph=True, create_graph=create_graph, allow_unused=True)
            return {name: None if g is None else stored(g) for name, g in zip(self.leaves, found)}
        except RuntimeError:
            return "error"

    def differentiate(self, targets):
        self.targets = targets
        self.grad = self.gradients([self.env[name] for name in targets], True)
        if self.grad == "error":
            return
        self.second_roots = [name for name, value in self.grad.items()
                             if value is not None and value.requires_grad]
        if self.second_roots:
            self.second = self.gradients([self.grad[name] for name in self.second_roots], False)


class Program:
    def __init__(self, name):
        self.name, self.inputs, self.lines = name, {}, []

    def text(self):
        lines = [f"{name}: {i.dtype} {list(i.shape)} {i.values}{', requires a gradient' if i.leaf else ''}"
                 for name, i in self.inputs.items()]
        return "\n".join(lines + self.lines)

    def answers(self):
        """The program with PyTorch's answers, as the runner reads it. Elements that move when every
        number is computed more exactly or the inputs are scaled by nearly 1 are decided by rounding:
        they are not compared."""
        run = Run(self)
        ordered = any(differences.ORDERED.search(line) for line in self.lines)
        everything = list(run.env.values())
        for gradients in (run.grad, run.second):
            everything += [g for g in (gradients or {}).values() if g is not None] if gradients != "error" else []
        scale = finite_max(everything)
        eps = max([torch.finfo(t.dtype).eps for t in everything if t.is_floating_point()], default=0)
        step = max(eps / 8, 1e-9)
        shadows = [Run(self, 1 + step * by, run.errors) for by in (1, -1.3, 2.1)]

        room = 32 * eps if eps < 1e-4 else 100 * eps
        if any(differences.NETS.search(line) for line in self.lines):
            room *= 10  # normalizations and optimizers divide by small roots, which magnifies rounding
        rtol, atol = float(f"{max(1e-6, room):.2g}"), float(f"{room * scale + 1e-9:.2g}")

        def array(value, others, slack=1, gradient=False):
            dtype = dtype_name(value)
            flat = value.detach().flatten()
            exact = flat.double()
            if dtype in FLOATS:
                allowed = (rtol * exact.abs().nan_to_num(0, 0) + atol) * slack
                digits = 10 if dtype == "float64" else 7
                values = " ".join(f"{x:.{digits}g}" for x in exact.tolist())
            else:
                allowed = torch.zeros(flat.shape)
                values = " ".join(str(int(x)) for x in flat.tolist())
            unstable = torch.zeros(flat.shape, dtype=torch.bool)
            for other in others:
                if other is None or other.shape != value.shape:
                    unstable |= True
                    continue
                moved = other.detach().flatten().double()
                same = (exact == moved) | (exact.isnan() & moved.isnan())
                unstable |= ~(same | ((exact - moved).abs() <= allowed / 4))
            if slack > 1 or (gradient and ordered):
                unstable |= ~exact.isfinite()
            if dtype in FLOATS:  # about to overflow
                unstable |= exact.isfinite() & (exact.abs() > torch.finfo(value.dtype).max / 4)
            result = {"dtype": dtype, "shape": list(value.shape), "values": values}
            if unstable.any():
                result["skip"] = unstable.nonzero().flatten().tolist()
            return result

        def variable(name):
            if name in self.inputs and same_bits(self.inputs[name].tensor(), run.env[name]):
                return None
            return array(run.env[name], [s.env.get(name) for s in shadows])

        def section(name):
            gradients = getattr(run, name)
            if gradients == "error":
                return gradients
            result = {}
            for leaf, value in gradients.items():
                others = [getattr(s, name) for s in shadows]
                others = [o[leaf] if isinstance(o, dict) else None for o in others]
                result[leaf] = None if value is None else array(value, others, 10 if name == "second" else 1, True)
            return result

        names = sorted(run.env)
        def shares(a, b):
            a, b = run.env[a], run.env[b]
            return a.numel() and b.numel() and a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()
        result = {
            "name": self.name,
            "in": [[name, {"dtype": i.dtype, "shape": list(i.shape), "values": " ".join(map(str, i.values))}, i.leaf, i.order, i.step]
                   for name, i in self.inputs.items()],
            "lines": self.lines,
            "errors": run.errors,
            "tolerance": [rtol, atol],
            "out": {name: variable(name) for name in names},
            "alias": [[a, b] for i, a in enumerate(names) for b in names[i + 1:] if shares(a, b)],
            "requires_grad": run.roots,
        }
        if run.grad is not None:
            result["roots"], result["grad"] = run.targets, section("grad")
            # Infinite first gradients, and 0 * inf where an empty sum was left out, leave the second open.
            if run.second is not None and not not_finite(run.grad.values()) and all(
                    t.numel() for t in everything):
                result["second_roots"], result["second"] = run.second_roots, section("second")
        return json.dumps(result)
