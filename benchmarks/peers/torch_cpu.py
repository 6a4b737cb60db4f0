#!/usr/bin/env python3
"""The steps of bench_steps in PyTorch from Python.   torch_cpu.py [--threads N] [--seconds S] [--filter REGEX]

A mode "eager" is the step as most programs write it; "compile" is the quickest that PyTorch offers: forward
and loss through torch.compile, Adam fused. Prints JSON: {"library", "seconds": {name: seconds}, "errors"}.
"""
import sys

sys.dont_write_bytecode = True
from cpu_rows import LEARNING_RATE, NETS, Bench, parse

arguments = parse(__doc__)  # before the library counts its cores

import torch
import torch.nn.functional as F


def make_step(net, compiled):
    rows, widths = NETS[net]
    layers = []
    for i in range(len(widths) - 1):
        layers += [torch.nn.Linear(widths[i], widths[i + 1]), torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers[:-1])
    x, y = torch.randn(rows, widths[0]), torch.randint(widths[-1], (rows,))
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, fused=compiled)

    def loss():
        return F.cross_entropy(model(x), y)

    if compiled:
        torch._dynamo.reset()  # every net is compiled for its own shapes
        loss = torch.compile(loss)

    def step():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    return step


torch.manual_seed(0)
torch.set_num_threads(arguments.threads)
bench = Bench(arguments)
for net in NETS:
    for mode in ("eager", "compile"):
        bench.row(net, mode, lambda: make_step(net, mode == "compile"))
bench.finish(f"PyTorch {torch.__version__} from Python")
