#!/usr/bin/env python3
"""The steps of bench_steps in JAX, each one jitted function.   jax_cpu.py [--threads N] [--seconds S] [--filter REGEX]

Adam is written out, as JAX itself has none. Prints JSON: {"library", "seconds": {name: seconds}, "errors"}.
"""
import functools
import sys

sys.dont_write_bytecode = True
from cpu_rows import LEARNING_RATE, NETS, Bench, parse

arguments = parse(__doc__)  # before the library counts its cores

import jax
import jax.numpy as jnp


def loss_of(parameters, x, y):
    for weight, bias in parameters[:-1]:
        x = jnp.tanh(x @ weight.T + bias)
    weight, bias = parameters[-1]
    log_p = jax.nn.log_softmax(x @ weight.T + bias)
    return -jnp.take_along_axis(log_p, y[:, None], axis=1).mean()


@functools.partial(jax.jit, donate_argnums=0)
def train(state, x, y):
    parameters, first, second, count = state
    loss, grads = jax.value_and_grad(loss_of)(parameters, x, y)
    count = count + 1
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, grads)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, grads)
    size, root = LEARNING_RATE / (1 - 0.9**count), jnp.sqrt(1 - 0.999**count)
    parameters = jax.tree.map(lambda p, m, v: p - size * m / (jnp.sqrt(v) / root + 1e-8), parameters, first, second)
    return (parameters, first, second, count), loss


class Training:
    def __init__(self, net):
        rows, widths = NETS[net]
        keys = jax.random.split(jax.random.key(0), len(widths) + 1)
        self.x = jax.random.normal(keys[-1], (rows, widths[0]))
        self.y = jax.random.randint(keys[-2], (rows,), 0, widths[-1])
        parameters = []
        for i in range(len(widths) - 1):
            bound = widths[i] ** -0.5
            weight = jax.random.uniform(keys[i], (widths[i + 1], widths[i]), minval=-bound, maxval=bound)
            parameters.append((weight, jnp.zeros(widths[i + 1])))
        zeros = [jax.tree.map(jnp.zeros_like, parameters) for _ in range(2)]
        self.state = (parameters, *zeros, jnp.float32(0))

    def step(self):
        self.state, self.loss = train(self.state, self.x, self.y)

    def wait(self):
        jax.block_until_ready((self.state, self.loss))


bench = Bench(arguments)
for net in NETS:
    training = Training(net)
    bench.row(net, "jit", lambda: training.step, training.wait)
bench.finish(f"JAX {jax.__version__}")
