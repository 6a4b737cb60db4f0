#!/usr/bin/env python3
"""Fits of core/rules/math.h and core/rules/math_f64.h that math_fits.sollya does not make. Needs mpmath.

Prints the coefficients, lowest power first, and the largest error on the interval.
"""
import struct

import mpmath as mp

mp.mp.prec = 200


def remez(function, powers, low, high, weight, rounds=30):
    """Minimises max |weight (sum c_i x^i - function)| by exchange of the extrema."""
    n = powers
    low, high = mp.mpf(low), mp.mpf(high)
    points = [low + (high - low) * (1 - mp.cos(mp.pi * i / n)) / 2 for i in range(n + 1)]
    grid = [low + (high - low) * i / 2000 for i in range(2001)]
    for _ in range(rounds):
        rows, right = mp.matrix(n + 1, n + 1), mp.matrix(n + 1, 1)
        for i, x in enumerate(points):
            for j in range(n):
                rows[i, j] = x**j
            rows[i, n] = (-1) ** i / weight(x)
            right[i] = function(x)
        c = mp.lu_solve(rows, right)
        errors = [weight(x) * (mp.polyval([c[j] for j in reversed(range(n))], x) - function(x)) for x in grid]
        extrema = []
        for i, e in enumerate(errors):
            if not extrema or (e > 0) != (errors[extrema[-1]] > 0):
                extrema.append(i)
            elif abs(e) > abs(errors[extrema[-1]]):
                extrema[-1] = i
        if len(extrema) < n + 1:
            break
        while len(extrema) > n + 1:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        points = [grid[i] for i in extrema]
    return [c[j] for j in range(n)], max(abs(e) for e in errors)


def show(name, fit):
    coefficients, error = fit
    as_float = [struct.unpack("f", struct.pack("f", float(c)))[0] for c in coefficients]
    print(f"{name}: error 2^{float(mp.log(error, 2)):.1f}")
    print("  ", ", ".join(c.hex() for c in as_float))


def ratio(f):
    """f(sqrt(s)) / sqrt(s)"""
    return lambda s: f(mp.sqrt(s)) / mp.sqrt(s)


# tanh a = a + a s P(s), s = a^2 <= 1; used up to a = 0.95
show("tanh", remez(lambda s: (ratio(mp.tanh)(s) - 1) / s, 7, "1e-8", 1, lambda s: s / ratio(mp.tanh)(s)))
# erf a = a + a P(s), s = a^2, and erfc a = e^-W(a)
show("erf, near", remez(lambda s: ratio(mp.erf)(s) - 1, 7, "1e-10", "0.9025", lambda s: 1 / ratio(mp.erf)(s)))
show("erf, far", remez(lambda a: -mp.log(mp.erfc(a)), 8, "0.93", "3.95", mp.erfc))
# atan t = t + t s P(s), s = t^2 up to tan(pi/8)^2, in double
coefficients, error = remez(lambda s: (ratio(mp.atan)(s) - 1) / s, 8, "1e-12", (mp.sqrt(2) - 1) ** 2 * mp.mpf("1.0001"),
                            lambda s: s / ratio(mp.atan)(s))
print(f"atan, double: error 2^{float(mp.log(error, 2)):.1f}", [float(c) for c in coefficients])


# (a + 2) erfcx(a) in u = (a - 2)/(a + 2), a in [0, 20], in double: interpolation at Chebyshev nodes
def scaled_erfc(u):
    a = 2 * (1 + u) / (1 - u)
    return (a + 2) * mp.exp(a * a) * mp.erfc(a)


low, high, n = mp.mpf(-1), mp.mpf(18) / 22, 15
nodes = [(low + high) / 2 + (high - low) / 2 * mp.cos(mp.pi * (k + mp.mpf(1) / 2) / n) for k in range(n)]
rows = mp.matrix(n, n)
for i, x in enumerate(nodes):
    for j in range(n):
        rows[i, j] = x**j
c = [float(v) for v in mp.lu_solve(rows, mp.matrix([scaled_erfc(x) for x in nodes]))]
print("scaled erfc, double:", c)
