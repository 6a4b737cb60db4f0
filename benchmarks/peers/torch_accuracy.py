#!/usr/bin/env python3
"""The largest error of PyTorch's float32 functions, for docs/accuracy.md's column.

    python benchmarks/peers/torch_accuracy.py [--stride 101] > torch_accuracy.json

Every stride-th float against the same function in double, in units of the last place. Needs torch.
"""
import argparse
import json
import sys

import torch
import torch.nn.functional as F

LEAST_EXPONENT = -126


def gradient(function):
    def at(x):
        leaf = x.clone().requires_grad_()
        function(leaf).sum().backward()
        return leaf.grad

    return at


def stable_sech_squared(x):
    e = torch.exp(-2 * x.abs())
    return 4 * e / (1 + e) ** 2


def stable_sigmoid_slope(x):
    e = torch.exp(-x.abs())
    return e / (1 + e) ** 2


def stable_gelu(x):
    return torch.where(x < -40, -0.0, x * torch.special.erfc(-x * 0.5**0.5) / 2)


# name in the table: (PyTorch's in float32, what is true, in double)
FUNCTIONS = {
    **{name: (getattr(torch, name),) * 2 for name in
       ("tanh", "sigmoid", "exp", "expm1", "log", "log2", "log10", "log1p", "erf", "sin", "cos", "tan", "sinh",
        "cosh", "asin", "acos", "atan", "asinh", "acosh", "atanh", "sqrt", "rsqrt")},
    "tanh, gradient": (gradient(torch.tanh), stable_sech_squared),
    "sigmoid, gradient": (gradient(torch.sigmoid), stable_sigmoid_slope),
    "normal_cdf": (torch.special.ndtr, lambda x: torch.special.erfc(-x * 0.5**0.5) / 2),
    "gelu": (F.gelu, stable_gelu),
    "silu": (F.silu, F.silu),
    "softplus": (F.softplus, lambda x: torch.clamp(x, min=0) + torch.log1p(torch.exp(-x.abs()))),
    "pow(x, 2.7)": (lambda x: torch.pow(x, 2.7), lambda x: torch.pow(x, torch.tensor(2.7).double())),
    "pow(1.7, x)": (lambda x: torch.pow(torch.tensor(1.7, dtype=x.dtype), x),
                    lambda x: torch.pow(torch.tensor(1.7).double(), x)),
}


def largest_error(actual, truth):
    exponent = torch.frexp(truth)[1].clamp(min=LEAST_EXPONENT + 1) - 1
    errors = (actual.double() - truth).abs() / torch.ldexp(torch.ones_like(truth), exponent - 23)
    counted = torch.isfinite(truth) & (truth.abs() < torch.finfo(torch.float32).max) & torch.isfinite(actual)
    return errors[counted].max().item() if counted.any() else 0.0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stride", type=int, default=101)
    stride = parser.parse_args().stride
    worst = {name: 0.0 for name in FUNCTIONS}
    block = 1 << 22
    for first in range(0, 1 << 32, block * stride):
        bits = torch.arange(first, min(first + block * stride, 1 << 32), stride, dtype=torch.int64)
        x = bits.to(torch.int32).view(torch.float32)
        x = x[torch.isfinite(x)]
        if x.numel() == 0:
            continue
        for name, (function, truth) in FUNCTIONS.items():
            worst[name] = max(worst[name], largest_error(function(x), truth(x.double())))
    json.dump({"version": torch.__version__.split("+")[0], **worst}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
