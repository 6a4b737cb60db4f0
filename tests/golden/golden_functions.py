"""Cases of functions: activations, linear layers, losses, tensor operations, second derivatives, recurrent layers."""
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from golden_book import ND, TD, TOL_ACT, ag, as_np, excess


# ------------------------------------------------------------------------------------------------ (a) activations
EDGE32 = [0.0, 1.4012984643e-45, 1e-42, 1e-40, 1.1754943508e-38, 1e-30, 1e-20, 1e-8, 3e-5, 1e-4, 2.4e-4, 0.01, 0.1, 0.3, 0.5, 0.55, 0.6249999, 0.625, 0.6250001,
          0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 9.0, 9.010914, 9.0110, 10.0, 15.0, 16.6, 17.4, 20.0, 20.1, 22.0, 30.0, 50.0, 87.0, 88.0, 88.7, 89.0, 100.0,
          103.9, 104.1, 500.0, 1e4, 1e10, 1e20, 3.4028234e38]
EDGE64 = [0.0, 5e-324, 1e-310, 2.2250738585072014e-308, 1e-200, 1e-30, 1e-16, 1e-8, 3e-5, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.55, 0.625, 0.6250000000000001, 0.75, 1.0, 1.5,
          2.0, 3.0, 5.0, 8.0, 9.0, 10.0, 15.0, 18.7, 19.06, 19.1, 20.0, 20.1, 22.0, 30.0, 36.7, 37.0, 50.0, 88.0, 100.0, 500.0, 709.0, 709.78, 710.0, 745.1, 746.0, 1e4,
          1e10, 1e100, 1.7976931348623157e308]


def gelu_t(x): return F.gelu(x, approximate="tanh")


def act_table(B):
    r = B.rng("acts")
    h = B.part == "held"
    u = lambda a, b, fix: round(float(r.uniform(a, b)), 3) if h else fix
    s1, al, be, th, lo, hi = u(.05, .4, .2), u(.3, 1.6, .7), u(.5, 3, 2.0), float(r.randint(5, 30)) if h else 10.0, u(-2, -.2, -1.0), u(.3, 3, 2.0)
    T = [("tanh", {}, torch.tanh, "B"), ("sigmoid", {}, torch.sigmoid, "B"), ("relu", {}, torch.relu, ""),
         ("leaky_relu", {"negative_slope": 0.01}, lambda x: F.leaky_relu(x, 0.01), ""), ("leaky_relu", {"negative_slope": s1}, lambda x: F.leaky_relu(x, s1), ""),
         ("elu", {"alpha": 1.0}, F.elu, ""), ("elu", {"alpha": al}, lambda x: F.elu(x, al), ""),
         ("gelu", {"approximate": "none"}, F.gelu, ""), ("gelu", {"approximate": "tanh"}, gelu_t, ""), ("silu", {}, F.silu, ""),
         ("softplus", {"beta": 1.0, "threshold": 20.0}, F.softplus, ""), ("softplus", {"beta": be, "threshold": th}, lambda x: F.softplus(x, be, th), ""),
         ("logsigmoid", {}, F.logsigmoid, ""), ("selu", {}, F.selu, ""), ("mish", {}, F.mish, ""), ("softsign", {}, F.softsign, ""), ("tanhshrink", {}, F.tanhshrink, ""),
         ("hardtanh", {"min": lo, "max": hi}, lambda x: F.hardtanh(x, lo, hi), ""), ("relu6", {}, F.relu6, ""), ("clamp", {"min": lo, "max": hi}, lambda x: x.clamp(lo, hi), ""),
         ("exp", {}, torch.exp, ""), ("expm1", {}, torch.expm1, ""), ("log", {}, torch.log, "P"), ("log1p", {}, torch.log1p, "P"), ("sqrt", {}, torch.sqrt, "P"),
         ("rsqrt", {}, torch.rsqrt, "P"), ("abs", {}, torch.abs, ""), ("neg", {}, torch.neg, ""), ("sign", {}, torch.sign, ""), ("square", {}, torch.square, ""),
         ("reciprocal", {}, torch.reciprocal, ""), ("pow", {"exponent": 3.0}, lambda x: x.pow(3.0), ""), ("pow", {"exponent": 0.5}, lambda x: x.pow(0.5), "P"),
         ("pow", {"exponent": -2.0}, lambda x: x.pow(-2.0), ""), ("erf", {}, torch.erf, ""), ("sin", {}, torch.sin, "S"), ("cos", {}, torch.cos, "S")]
    return T


def quirks(op):
    """element positions where torch's answer is an accident of its formula rather than the function's value or limit"""
    def f(ins, outs, grads):
        x, y, g = ins["x"], outs["y"], grads["x"]
        n = np.isnan(x)
        my, mg = n & ~np.isnan(y), n.copy()
        if op in ("silu", "gelu", "mish", "softsign"):
            my |= np.isnan(y) & ~n; mg |= np.isnan(g) & ~n
        if op in ("log1p", "gelu"):                    # vector code that overflows at the largest finite input
            my |= np.isinf(y) & np.isfinite(x) & (x > 0)
        d = {k: np.flatnonzero(m).tolist() for k, m in (("out.y", my), ("grad.x", mg)) if m.any()}
        return d or None
    return f


def build_activation(B, npts, nsmall):
    r = B.rng("grid")

    def grid(n, dt, lo=1e-8, hi=100.0):
        m = n // 2
        g = np.exp(np.linspace(math.log(lo), math.log(hi), m))
        if B.part == "held":
            g = g * np.exp(r.uniform(-.5, .5, m) * math.log(hi / lo) / m)
        return np.concatenate([-g[::-1], g]).astype(ND[dt])
    for dt, edge in (("f32", EDGE32), ("f64", EDGE64)):
        e = list(edge)
        if B.part == "held":
            e += [float(v) for v in r.uniform(0, 12, 20)] + [float(10 ** v) for v in r.uniform(-44 if dt == "f32" else -300, 3, 20)]
        e = np.array(e, ND[dt])
        e = np.concatenate([e, -e, np.array([np.inf, -np.inf, np.nan], ND[dt])])
        gb, gs = grid(npts, dt), grid(nsmall, dt)
        for op, args, fn, flag in act_table(B):
            tag = "".join(f"_{v:g}" if isinstance(v, float) else f"_{v}" for v in args.values())
            for nm, x in (("edge", e), ("logspace", gb if flag == "B" else gs)):
                if flag == "P":
                    x = x[~(x < 0)] if nm == "logspace" else x
                if flag == "S":
                    x = x[~(np.abs(x) > 1e4)]
                note = "edge points: 0, -0, subnormals, saturation points, +-inf, nan; dL/dy = 1" if nm == "edge" else None
                ag(B, "activation", f"{op}{tag}/{nm}", op, lambda x, fn=fn: fn(x), {"x": x}, args, (dt,), gout="ones", tol=TOL_ACT, note=note, skipper=quirks(op) if nm == "edge" else None)
    h = B.part == "held"
    n, c = (int(r.randint(3, 9)), int(r.randint(3, 12))) if h else (4, 7)
    inf, nan = np.inf, np.nan
    mats = {"random": (r.standard_normal((n, c)) * 3, -1), "dim0": (r.standard_normal((n, c)), 0), "3d_dim1": (r.standard_normal((2, c, 3)), 1), "one_column": (r.standard_normal((5, 1)), 1),
            "big": (r.standard_normal((3, c)) * 1e3, 1), "equal": (np.full((2, c), 5.0), 1), "empty_rows": (np.zeros((0, c)), 1), "vector": (r.standard_normal(9), 0),
            "special": (np.array([[0, -inf, 1, 2], [-inf, -inf, -inf, -inf], [inf, 0, 1, 2], [nan, 0, 1, 2], [1e4, -1e4, 0, 1e4], [-0.0, 0.0, -0.0, 0.0]]), 1)}
    for k, (m, d) in mats.items():
        ag(B, "activation", f"softmax/{k}", "softmax", lambda x, d=d: torch.softmax(x, d), {"x": m}, {"dim": d})
        ag(B, "activation", f"log_softmax/{k}", "log_softmax", lambda x, d=d: torch.log_softmax(x, d), {"x": m}, {"dim": d})
        ag(B, "activation", f"logsumexp/{k}", "logsumexp", lambda x, d=d: torch.logsumexp(x, d), {"x": m}, {"dim": d})


# ------------------------------------------------------------------------------------------------ (b) linear
def build_linear(B):
    r = B.rng("linear")
    if B.part == "open":
        S = [((0,), 3, 2), ((1,), 1, 1), ((1,), 3, 2), ((5,), 7, 3), ((4,), 16, 8), ((17,), 33, 5), ((2, 3), 4, 6), ((), 4, 3), ((64,), 10, 64), ((3, 0), 4, 2), ((8,), 1, 9)]
    else:
        q = lambda a, b: int(r.randint(a, b))
        S = [((0,), q(2, 9), q(2, 9)), ((1,), 1, q(1, 5)), ((1,), q(2, 40), 1), ((q(2, 9),), q(3, 20), q(3, 20)), ((q(30, 70),), q(5, 40), q(5, 40)), ((q(2, 5), q(2, 5)), q(2, 9), q(2, 9)), ((), q(2, 9), q(2, 9)),
             ((2, 0, 3), 5, 2), ((q(2, 4), q(2, 4), q(2, 4)), 3, q(2, 6)), ((31,), 17, 13)]
    for bs, i, o in S:
        for bias in (True, False):
            if not bias and len(bs) == 1 and bs[0] > 20:
                continue
            x = {"x": r.standard_normal(bs + (i,)), "weight": r.uniform(-1, 1, (o, i)) / math.sqrt(i)}
            if bias:
                x["bias"] = r.uniform(-1, 1, (o,)) / math.sqrt(i)
            nm = "x".join(map(str, bs)) or "vector"
            ag(B, "linear", f"{nm}_{i}_{o}{'' if bias else '_nobias'}", "linear", lambda x, weight, bias=None: F.linear(x, weight, bias), x,
               {"in_features": i, "out_features": o, "bias": bias}, note="y = x @ weight.T + bias; weight is [out,in]")
    n, a, b, c = (6, 5, 8, 3) if B.part == "open" else [int(v) for v in r.randint(2, 11, 4)]
    for act in ("tanh", "sigmoid", "relu", "gelu"):
        f = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "gelu": F.gelu}[act]
        ag(B, "linear", f"mlp2_{act}", "mlp2", lambda x, w1, b1, w2, b2, f=f: F.linear(f(F.linear(x, w1, b1)), w2, b2),
           {"x": r.standard_normal((n, a)), "w1": r.standard_normal((b, a)) * .5, "b1": r.standard_normal(b) * .2, "w2": r.standard_normal((c, b)) * .5, "b2": r.standard_normal(c) * .2},
           {"act": act}, note="y = linear(act(linear(x,w1,b1)),w2,b2)")


# ------------------------------------------------------------------------------------------------ (c) losses
def ties(ins, outs, grads):
    """Where |x - t| has no slope: torch before 2.x gives smooth_l1_loss with beta 0 the slope -1 there, later ones 0."""
    at = [int(p) for p in np.flatnonzero(ins["x"] == ins["t"])]
    return {"grad.x": at, "grad.t": at} if at else None


def build_loss(B):
    r = B.rng("loss")
    h = B.part == "held"
    q = lambda a, b, fix: int(r.randint(a, b)) if h else fix
    RED = ("none", "mean", "sum")
    shp = (q(2, 7, 4), q(2, 6, 3))
    x, t = r.standard_normal(shp) * 2, r.standard_normal(shp) * 2
    t[0, 0] = x[0, 0]                                                     # exact tie
    x[0, 1], t[0, 1] = 2.0, 1.0                                           # |d| exactly 1
    for red in RED:
        for shape_tag, xx, tt in (("mat", x, t), ("vec", x[:, 0], t[:, 0]), ("one", x[:1, :1], t[:1, :1]), ("empty", x[:0], t[:0])):
            a = {"reduction": red}
            ag(B, "loss", f"mse/{shape_tag}/{red}", "mse_loss", lambda x, t, red=red: F.mse_loss(x, t, reduction=red), {"x": xx, "t": tt}, a)
            ag(B, "loss", f"l1/{shape_tag}/{red}", "l1_loss", lambda x, t, red=red: F.l1_loss(x, t, reduction=red), {"x": xx, "t": tt}, a)
            if shape_tag in ("mat", "empty"):
                for be in (1.0, 0.5 if not h else round(float(r.uniform(.2, 2)), 2), 0.0):
                    ag(B, "loss", f"smooth_l1_{be:g}/{shape_tag}/{red}", "smooth_l1_loss", lambda x, t, red=red, be=be: F.smooth_l1_loss(x, t, reduction=red, beta=be), {"x": xx, "t": tt}, dict(a, beta=be), skipper=ties if be == 0 else None) if f"loss/smooth_l1_{be:g}/{shape_tag}/{red}/f32" not in B.names else None
                for de in (1.0, 2.0 if not h else round(float(r.uniform(.2, 3)), 2)):
                    ag(B, "loss", f"huber_{de:g}/{shape_tag}/{red}", "huber_loss", lambda x, t, red=red, de=de: F.huber_loss(x, t, reduction=red, delta=de), {"x": xx, "t": tt}, dict(a, delta=de)) if f"loss/huber_{de:g}/{shape_tag}/{red}/f32" not in B.names else None
    n, c = q(4, 9, 6), q(3, 8, 5)
    z = r.standard_normal((n, c)) * 2
    y = r.randint(0, c, n).astype(np.int64)
    y[:2] = [0, c - 1]
    w = r.uniform(.2, 2, c)
    yi = y.copy(); yi[1] = -100; yi[3] = -100
    ii = int(y[0])
    p = r.dirichlet(np.ones(c), n)
    ls = 0.1 if not h else round(float(r.uniform(.02, .4)), 3)
    z3, y3 = r.standard_normal((2, c, 3)), r.randint(0, c, (2, 3)).astype(np.int64)
    p3 = np.moveaxis(r.dirichlet(np.ones(c), (2, 3)), -1, 1).copy()
    zb = z.copy(); zb[0] = np.linspace(-1000, 1000, c); zb[1] = 1000.0

    def ce(name, z, y, args, weight=None):
        def fn(z, y=None, weight=None, p=None, a=args):
            return F.cross_entropy(z, y if y is not None else p, weight, ignore_index=a.get("ignore_index", -100), label_smoothing=a.get("label_smoothing", 0.0), reduction=a["reduction"])
        ins = {"z": z}
        if y.dtype.kind == "f": ins["p"] = y
        else: ins["y"] = y
        if weight is not None: ins["weight"] = weight
        ag(B, "loss", f"cross_entropy/{name}/{args['reduction']}", "cross_entropy", fn, ins, args, want=["z"])
    for red in RED:
        R = {"reduction": red}
        ce("index", z, y, R); ce("index_weight", z, y, R, w); ce("index_ignore", z, yi, R); ce("index_ignore_weight", z, yi, R, w)
        ce("index_ignore_class", z, y, dict(R, ignore_index=ii)); ce("smooth", z, y, dict(R, label_smoothing=ls)); ce("smooth_weight", z, y, dict(R, label_smoothing=ls), w)
        ce("smooth_ignore_weight", z, yi, dict(R, label_smoothing=ls), w); ce("prob", z, p, R); ce("prob_weight", z, p, R, w); ce("prob_smooth", z, p, dict(R, label_smoothing=ls))
        ce("prob_smooth_weight", z, p, dict(R, label_smoothing=ls), w); ce("nd", z3, y3, R); ce("nd_smooth_weight", z3, y3, dict(R, label_smoothing=ls), w); ce("nd_prob_weight", z3, p3, R, w)
        ce("extreme", zb, y, R); ce("single", z[0], y[0], R); ce("one_row", z[:1], y[:1], R); ce("two_class", z[:, :2].copy(), (y % 2), R)
        if red != "none":
            ce("all_ignored", z, np.full(n, -100, np.int64), R)
        lp = torch.log_softmax(torch.from_numpy(z), 1).numpy()
        for nm, yy, ww, ig in (("plain", y, None, -100), ("weight", y, w, -100), ("ignore", yi, w, -100), ("ignore_class", y, None, ii)):
            ins = {"lp": lp, "y": yy}
            if ww is not None: ins["weight"] = ww
            ag(B, "loss", f"nll/{nm}/{red}", "nll_loss", lambda lp, y, weight=None, ig=ig, red=red: F.nll_loss(lp, y, weight, ignore_index=ig, reduction=red), ins, dict(R, ignore_index=ig), want=["lp"])
        pr = r.uniform(.02, .98, shp) if red == "none" else pr
        tb = r.randint(0, 2, shp).astype(float) if red == "none" else tb
        ts = r.uniform(0, 1, shp) if red == "none" else ts
        wb = r.uniform(.2, 2, shp) if red == "none" else wb
        pw = r.uniform(.3, 3, shp[1]) if red == "none" else pw
        pe = np.array([0.0, 1.0, 0.0, 1.0, 1e-30, 0.5]); te = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 0.5])
        ze = np.array([0.0, -0.0, 100.0, -100.0, 100.0, -100.0, 1e4, -1e4, 30.0, -30.0]); tz = np.array([0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.5, 0.5])
        bce = lambda p, t, weight=None, red=red: F.binary_cross_entropy(p, t, weight, reduction=red)
        ag(B, "loss", f"bce/hard/{red}", "bce_loss", bce, {"p": pr, "t": tb}, R, want=["p"])
        ag(B, "loss", f"bce/soft_weight/{red}", "bce_loss", bce, {"p": pr, "t": ts, "weight": wb}, R, want=["p"])
        ag(B, "loss", f"bce/edge/{red}", "bce_loss", bce, {"p": pe, "t": te}, R, want=["p"], note="log terms are clamped at -100, the gradient's denominator p(1-p) at 1e-12")
        bl = lambda z, t, weight=None, pos_weight=None, red=red: F.binary_cross_entropy_with_logits(z, t, weight, reduction=red, pos_weight=pos_weight)
        ag(B, "loss", f"bce_logits/hard/{red}", "bce_with_logits", bl, {"z": x, "t": tb}, R, want=["z"])
        ag(B, "loss", f"bce_logits/soft_weight/{red}", "bce_with_logits", bl, {"z": x, "t": ts, "weight": wb}, R, want=["z"])
        ag(B, "loss", f"bce_logits/pos_weight/{red}", "bce_with_logits", bl, {"z": x, "t": ts, "pos_weight": pw}, R, want=["z"])
        ag(B, "loss", f"bce_logits/weight_pos_weight/{red}", "bce_with_logits", bl, {"z": x, "t": tb, "weight": wb, "pos_weight": pw}, R, want=["z"])
        ag(B, "loss", f"bce_logits/edge/{red}", "bce_with_logits", bl, {"z": ze, "t": tz}, R, want=["z"])
        ag(B, "loss", f"kl_div/log_input/{red}", "kl_div", lambda lp, t, red=red: F.kl_div(lp, t, reduction=red), {"lp": lp, "t": p}, R, want=["lp"])
    ag(B, "loss", "kl_div/log_input/batchmean", "kl_div", lambda lp, t: F.kl_div(lp, t, reduction="batchmean"), {"lp": lp, "t": p}, {"reduction": "batchmean"}, want=["lp"])


# ------------------------------------------------------------------------------------------------ (h) tensor operations
def build_tensor(B):
    r = B.rng("tensor")
    h = B.part == "held"
    q = lambda fix, a=2, b=7: int(r.randint(a, b)) if h else fix
    m, n, k, p = q(3), q(4), q(5), q(2, 2, 4)
    o1, o2, o3 = q(17, 9, 20), q(33, 20, 40), q(9, 5, 30)
    V = lambda *s: r.standard_normal(s)
    POS = lambda *s: r.uniform(.5, 2, s)
    seen = {}

    def t(name, expr, ins, want=None, note=None, dtypes=("f32", "f64"), gout="rand"):
        """expr is a torch expression over the input names; it is both the description and what is run"""
        seen[name] = seen.get(name, 0) + 1
        code = compile(expr, name, "eval")

        def fn(**kw):
            v = eval(code, {"torch": torch, "F": F, "cat": torch.cat, "stack": torch.stack, "where": torch.where}, kw)
            return {f"y{i}": x for i, x in enumerate(v)} if isinstance(v, tuple) else v
        ag(B, "tensor", name, "expr", fn, ins, {"expr": expr}, dtypes, want=want, note=note, gout=gout)
    # broadcasting
    t("bcast/add_row", "x + y", {"x": V(m, n), "y": V(n)}); t("bcast/add_col", "x + y", {"x": V(m, n), "y": V(m, 1)}); t("bcast/mul_outer", "x * y", {"x": V(m, 1), "y": V(1, n)})
    t("bcast/sub_scalar_tensor", "x - y", {"x": V(m, n), "y": np.array(1.7)}); t("bcast/div_3d", "x / y", {"x": V(p, m, n), "y": POS(m, 1)}); t("bcast/rsub_scalar", "2.5 - x", {"x": V(m, n)}); t("bcast/rdiv_scalar", "3.0 / x", {"x": POS(m)})
    t("bcast/leading_ones", "x * y", {"x": V(1, 1, n), "y": V(p, m, 1)}); t("bcast/empty", "x + y", {"x": V(0, n), "y": V(n)}); t("bcast/empty_one", "x * y", {"x": V(m, 0), "y": V(m, 1)}); t("bcast/expand_sum", "x.expand(%d, %d) * y" % (m, n), {"x": V(1, n), "y": V(m, n)})
    t("bcast/pow_tensor", "x ** y", {"x": POS(m, n), "y": V(n)}); t("bcast/maximum_ties", "torch.maximum(x, y)", {"x": np.array([1., 2., 3., -1.]), "y": np.array([1., 5., -2., -1.])}, note="a tie splits the gradient half and half")
    t("bcast/minimum", "torch.minimum(x, y)", {"x": V(m, n), "y": V(n)}); t("bcast/where", "where(c, x, y)", {"c": V(m, n) > 0, "x": V(m, 1), "y": V(n)}); t("bcast/same_tensor_twice", "x * x + x", {"x": V(m, n)}); t("bcast/diamond", "(x * y).sum() * (x + y)", {"x": V(m, n), "y": V(n)})
    # reductions
    t("reduce/sum_all", "x.sum()", {"x": V(m, n, p)}); t("reduce/sum_0", "x.sum(0)", {"x": V(m, n, p)}); t("reduce/sum_multi_keep", "x.sum((0, 2), keepdim=True)", {"x": V(m, n, p)}); t("reduce/sum_neg", "x.sum(-1)", {"x": V(m, n)}); t("reduce/sum_empty_dim", "x.sum(0)", {"x": V(0, n)})
    t("reduce/mean_all", "x.mean()", {"x": V(m, n)}); t("reduce/mean_1", "x.mean(1, keepdim=True)", {"x": V(m, n)}); t("reduce/mean_empty", "x.mean()", {"x": V(0)}, note="nan"); t("reduce/prod_all", "x.prod()", {"x": V(m, p)}); t("reduce/prod_zero", "x.prod(1)", {"x": np.array([[1., 0., 3.], [2., 5., -1.], [0., 0., 4.]])})
    t("reduce/max_all", "x.max()", {"x": V(m, n)}); t("reduce/max_all_ties", "x.max()", {"x": np.array([1., 3., 3., 2.])}, note="full reduction spreads the gradient evenly over ties"); t("reduce/max_dim", "x.max(1)[0]", {"x": V(m, n)}); t("reduce/max_dim_ties", "tuple(x.max(1))", {"x": np.array([[1., 3., 3.], [2., 2., 2.]])}, note="values and indices; per-dim max gives the whole gradient to the returned index")
    t("reduce/min_dim", "tuple(x.min(0))", {"x": V(m, n)}); t("reduce/amax_ties", "x.amax(1)", {"x": np.array([[1., 3., 3.], [2., 2., 2.]])}); t("reduce/argmax", "x.argmax(1)", {"x": V(m, n)}); t("reduce/argmin_all", "x.argmin()", {"x": V(m, n)}); t("reduce/max_nan", "tuple(x.max(1))", {"x": np.array([[1., np.nan, 3.], [2., 5., 4.]])}, note="nan wins")
    t("reduce/var", "x.var(1)", {"x": V(m, n)}); t("reduce/var_biased_all", "x.var(unbiased=False)", {"x": V(m, n)}); t("reduce/std_keep", "x.std(0, keepdim=True)", {"x": V(m, n)}); t("reduce/norm2", "x.norm()", {"x": V(m, n)}); t("reduce/norm2_zero", "x.norm()", {"x": np.zeros(3)}, note="gradient of the norm at 0 is 0"); t("reduce/norm1_dim", "x.norm(1, 1)", {"x": V(m, n)}); t("reduce/cumsum", "x.cumsum(1)", {"x": V(m, n)})
    # matmul
    t("matmul/dot", "x @ y", {"x": V(n), "y": V(n)}); t("matmul/mv", "x @ y", {"x": V(m, n), "y": V(n)}); t("matmul/vm", "x @ y", {"x": V(n), "y": V(n, k)}); t("matmul/mm", "x @ y", {"x": V(m, n), "y": V(n, k)}); t("matmul/mm_1x1", "x @ y", {"x": V(1, 1), "y": V(1, 1)})
    t("matmul/mm_inner0", "x @ y", {"x": V(m, 0), "y": V(0, k)}, note="zeros"); t("matmul/mm_rows0", "x @ y", {"x": V(0, n), "y": V(n, k)}); t("matmul/bmm", "torch.bmm(x, y)", {"x": V(p, m, n), "y": V(p, n, k)}); t("matmul/batch_bcast", "x @ y", {"x": V(p, 1, m, n), "y": V(3, n, k)}); t("matmul/batch_vec", "x @ y", {"x": V(p, m, n), "y": V(n)}); t("matmul/batch_mat", "x @ y", {"x": V(p, m, n), "y": V(n, k)})
    t("matmul/tn", "x.t() @ y", {"x": V(n, m), "y": V(n, k)}); t("matmul/nt", "x @ y.t()", {"x": V(m, n), "y": V(k, n)}); t("matmul/tt", "x.t() @ y.t()", {"x": V(n, m), "y": V(k, n)}); t("matmul/sliced_operand", "x[:, ::2] @ y[1:]", {"x": V(m, 2 * n), "y": V(n + 1, k)}); t("matmul/gram", "x @ x.t()", {"x": V(m, n)}); t("matmul/addmm", "torch.addmm(c, x, y, beta=0.5, alpha=2.0)", {"c": V(m, k), "x": V(m, n), "y": V(n, k)}); t("matmul/odd_sizes", "x @ y", {"x": V(o1, o2), "y": V(o2, o3)})
    # views and strides
    t("view/transpose_mul", "x.t() * y", {"x": V(n, m), "y": V(m, n)}); t("view/permute_sum", "x.permute(2, 0, 1).sum(1) * y", {"x": V(p, m, n), "y": V(n, m)}); t("view/step_slice", "x[::2, 1::3] * 2", {"x": V(2 * m, 3 * n)}); t("view/reshape_of_transpose", "x.t().reshape(-1) * y", {"x": V(m, n), "y": V(m * n)}); t("view/view_then_tanh", "x.view(-1, 2).tanh()", {"x": V(m, 4)})
    t("view/flip", "x.flip(0, 1).cumsum(0)", {"x": V(m, n)}); t("view/select", "x[1] * x[:, 0].sum()", {"x": V(m, n)}); t("view/narrow", "x.narrow(1, 1, 2).exp()", {"x": V(m, n)}) if n >= 3 else None; t("view/unsqueeze_squeeze", "(x.unsqueeze(1) * y.unsqueeze(0)).squeeze(0)", {"x": V(m), "y": V(n)}); t("view/expand_matmul", "x.expand(%d, -1) @ y" % m, {"x": V(1, n), "y": V(n, k)}); t("view/negative_index", "x[-1] - x[-2]", {"x": V(m, n)})
    t("view/diagonal", "x.diagonal() * 3", {"x": V(m, m)}); t("view/tril", "x.tril(-1) + x.triu(1)", {"x": V(m, m)}); t("view/cat", "cat([x, y, x], 1)", {"x": V(m, n), "y": V(m, p)}); t("view/stack", "stack([x, y], 1)", {"x": V(m, n), "y": V(m, n)}); t("view/chunk", "tuple(x.chunk(3, 0))", {"x": V(7, p)}, note="7 rows in 3 chunks: 3,3,1"); t("view/split", "tuple(x.split([1, 3, 2], 1))", {"x": V(m, 6)}); t("view/repeat", "x.repeat(2, 3)", {"x": V(m, p)}); t("view/repeat_interleave", "x.repeat_interleave(2, 1)", {"x": V(m, p)})
    t("view/noncontig_softmax", "torch.softmax(x.t(), 1)", {"x": V(m, n)}); t("view/contiguous_copy", "(x.t().contiguous() + 1) * x.t()", {"x": V(m, n)}); t("view/clone_detach", "x.clone() * x.detach()", {"x": V(m, n)}, note="detach stops the gradient")
    # indexing
    ix = r.randint(0, m, 6).astype(np.int64); ix[1] = ix[0]; jx = r.randint(0, n, 6).astype(np.int64); jx[1] = jx[0]; gi = r.randint(0, n, (m, 3)).astype(np.int64)
    t("index/rows_repeated", "x[i] * 2", {"x": V(m, n), "i": ix}); t("index/pairs_repeated", "x[i, j]", {"x": V(m, n), "i": ix, "j": jx}, note="repeated pairs accumulate gradient"); t("index/index_select", "x.index_select(1, j)", {"x": V(m, n), "j": jx}); t("index/negative", "x[i]", {"x": V(m, n), "i": np.array([-1, 0, -2], np.int64)}); t("index/gather", "x.gather(1, g)", {"x": V(m, n), "g": gi})
    t("index/mask", "x[c]", {"x": V(m, n), "c": V(m, n) > 0}); t("index/masked_fill", "x.masked_fill(c, -9.0)", {"x": V(m, n), "c": V(m, n) > 0}); t("index/scatter_add", "torch.zeros(%d, %d, dtype=x.dtype).scatter_add(1, g, x)" % (m, n), {"x": V(m, 3), "g": gi}); t("index/embedding", "F.embedding(i, w)", {"i": ix.reshape(2, 3), "w": V(m, n)}); t("index/one_hot_matmul", "F.one_hot(i, %d).to(w.dtype) @ w" % m, {"i": ix, "w": V(m, n)})
    t("index/empty_index", "x[i]", {"x": V(m, n), "i": np.zeros(0, np.int64)}); t("index/topk", "tuple(x.topk(2, 1))", {"x": V(m, n)}); t("index/sort_desc", "tuple(x.sort(1, descending=True))", {"x": V(m, n)}); t("index/comparison", "((x > y).to(x.dtype) * x, (x == x), (x != y), (x <= y))", {"x": V(m, n), "y": V(n)}, want=["x"])
    # composite
    t("mix/layer_norm", "F.layer_norm(x, (%d,), w, b)" % n, {"x": V(m, n), "w": V(n), "b": V(n)}); t("mix/softmax_attention", "torch.softmax(a @ b.transpose(-1, -2) / %r, -1) @ c" % math.sqrt(k), {"a": V(p, m, k), "b": V(p, n, k), "c": V(p, n, k)}); t("mix/normalize", "(x - x.mean(0)) / (x.std(0) + 1e-5)", {"x": V(m + 2, n)}); t("mix/scalar_chain", "((x * 2 + 1).tanh() ** 2).mean()", {"x": np.array(0.3)})


# ------------------------------------------------------------------------------------------------ (i) double backward
def build_double(B):
    r = B.rng("double")
    h = B.part == "held"
    xs = np.array([-20., -9., -3., -1., -.5, -1e-4, 0., 1e-4, .3, .625, 1., 2., 5., 10., 20., 25.]) if not h else np.sort(np.concatenate([r.uniform(-6, 6, 12), r.uniform(-25, 25, 6)]))
    TB = {"f32": (1e-5, 1e-6), "f64": (1e-9, 1e-12)}
    for nm, f in (("tanh", torch.tanh), ("sigmoid", torch.sigmoid), ("softplus", F.softplus), ("exp", torch.exp), ("silu", F.silu), ("gelu", F.gelu), ("elu", F.elu), ("relu", torch.relu), ("leaky_relu", F.leaky_relu), ("logsigmoid", F.logsigmoid),
                  ("log1pexp_composed", lambda x: torch.log(1 + torch.exp(-x * x))), ("cube", lambda x: x ** 3), ("sin", torch.sin), ("sqrt1p", lambda x: torch.sqrt(1 + x * x))):
        x_ = xs if nm != "exp" else np.clip(xs, -20, 5)
        for dt in ("f32", "f64"):
            def run(d):
                x = torch.tensor(x_.astype(ND[dt]), dtype=TD[d], requires_grad=True)
                y = f(x); g1, = torch.autograd.grad(y.sum(), x, create_graph=True)
                o = {"y": as_np(y), "d1": as_np(g1)}
                if g1.requires_grad:
                    g2, = torch.autograd.grad(g1.sum(), x, create_graph=True); o["d2"] = as_np(g2)
                    if nm in ("tanh", "sigmoid", "sin", "cube", "exp") and g2.requires_grad:
                        g3, = torch.autograd.grad(g2.sum(), x); o["d3"] = as_np(g3)
                return o
            o = run(dt); rt, at = TB[dt]
            if dt == "f32":
                o64 = run("f64"); at = max(at, float("%.1e" % (4 * max(excess(o[k], o64[k], rt) for k in o))))
            B.case("double", f"scalar/{nm}", nm, dt, {}, {"x": x_.astype(ND[dt])}, o, tol=(rt, at), note="d1,d2,d3: successive derivatives (sum, create_graph)" if nm == "tanh" else None)
    n, i, hd = (5, 3, 6) if not h else [int(v) for v in r.randint(2, 8, 3)]
    P = {"x": r.standard_normal((n, i)), "w1": r.standard_normal((hd, i)) * .7, "b1": r.standard_normal(hd) * .3, "w2": r.standard_normal((1, hd)) * .7, "b2": r.standard_normal(1) * .3}
    T = r.standard_normal((n, 1))
    for act, f in (("tanh", torch.tanh), ("sigmoid", torch.sigmoid), ("softplus", F.softplus)):
        for dt in ("f32", "f64"):
            v = {k: torch.tensor(a, dtype=TD[dt], requires_grad=True) for k, a in P.items()}
            D = F.linear(f(F.linear(v["x"], v["w1"], v["b1"])), v["w2"], v["b2"])
            g, = torch.autograd.grad(D.sum(), v["x"], create_graph=True)
            pen = ((g.norm(2, dim=1) - 1) ** 2).mean()
            loss = D.mean() + 10 * pen
            gr = torch.autograd.grad(loss, [v[k] for k in v])
            B.case("double", f"gradient_penalty/{act}", "gradient_penalty", dt, {"act": act, "lambda": 10.0}, {k: a.astype(ND[dt]) for k, a in P.items()}, {"D": D, "dDdx": g, "penalty": pen, "loss": loss}, {"loss": "ones"}, dict(zip(v, map(as_np, gr))),
                   {"f32": (1e-4, 2e-5), "f64": (1e-9, 1e-11)}[dt], note="D=linear(act(linear(x,w1,b1)),w2,b2); dDdx=d sum(D)/dx; penalty=mean((|dDdx|_row-1)^2); loss=mean(D)+10*penalty; grad = d loss")
            v = {k: torch.tensor(a, dtype=TD[dt], requires_grad=True) for k, a in P.items()}
            l = F.mse_loss(F.linear(f(F.linear(v["x"], v["w1"], v["b1"])), v["w2"], v["b2"]), torch.tensor(T, dtype=TD[dt]))
            ps = ["w1", "b1", "w2", "b2"]
            gs = torch.autograd.grad(l, [v[k] for k in ps], create_graph=True)
            rv = B.rng("hvp" + act); vec = {k: rv.standard_normal(P[k].shape).astype(ND[dt]) for k in ps}
            hv = torch.autograd.grad(gs, [v[k] for k in ps], [torch.tensor(vec[k]) for k in ps])
            B.case("double", f"hvp/{act}", "hessian_vector", dt, {"act": act}, {**{k: a.astype(ND[dt]) for k, a in P.items()}, "t": T.astype(ND[dt]), **{"v_" + k: vec[k] for k in ps}}, {"loss": l, **{"g_" + k: a for k, a in zip(ps, gs)}, **{"Hv_" + k: a for k, a in zip(ps, hv)}},
                   tol={"f32": (1e-4, 2e-5), "f64": (1e-9, 1e-11)}[dt], note="loss=mse(mlp(x),t); Hv = Hessian(w1,b1,w2,b2) times v")
    x = r.standard_normal((3, 4)); w = r.standard_normal((4, 2))
    for nm, fn in (("matmul", lambda x, w: (x @ w).pow(2)), ("softmax", lambda x, w: torch.softmax(x @ w, 1).pow(2)), ("log_softmax", lambda x, w: torch.log_softmax(x @ w, 1)[:, 0]), ("div_bcast", lambda x, w: x / (1 + (w ** 2).sum(1))), ("cross_entropy", lambda x, w: F.cross_entropy(x @ w, torch.tensor([0, 1, 1])))):
        for dt in ("f64",):
            a, b = torch.tensor(x, dtype=TD[dt], requires_grad=True), torch.tensor(w, dtype=TD[dt], requires_grad=True)
            y = fn(a, b); ga, gb = torch.autograd.grad(y.sum(), (a, b), create_graph=True)
            ha, hb = torch.autograd.grad((ga ** 2).sum() + (gb ** 2).sum(), (a, b))
            B.case("double", f"op/{nm}", nm, dt, {}, {"x": x, "w": w}, {"y": y, "gx": ga, "gw": gb, "hx": ha, "hw": hb}, tol=(1e-9, 1e-11), note="gx,gw = d sum(y); hx,hw = d (sum gx^2 + sum gw^2). y: " + {"matmul": "(x@w)^2", "softmax": "softmax(x@w,1)^2", "log_softmax": "log_softmax(x@w,1)[:,0]", "div_bcast": "x/(1+sum_j w_ij^2)", "cross_entropy": "cross_entropy(x@w,[0,1,1])"}[nm])


# ------------------------------------------------------------------------------------------------ (j) recurrent
def build_rnn(B):
    r = B.rng("rnn")
    h = B.part == "held"
    S = [(2, 3, 4), (1, 1, 1), (5, 2, 3)] if not h else [tuple(int(v) for v in r.randint(1, 6, 3)) for _ in range(3)]
    N = {"RNNCell": 1, "GRUCell": 3, "LSTMCell": 4}
    for b, i, hd in S:
        for cell, g in N.items():
            for nl in (("tanh", "relu") if cell == "RNNCell" and (b, i, hd) == S[0] else ("tanh",)):
                ins = {"x": r.standard_normal((b, i)), "h": r.standard_normal((b, hd)), "w_ih": r.standard_normal((g * hd, i)) * .6, "w_hh": r.standard_normal((g * hd, hd)) * .6, "b_ih": r.standard_normal(g * hd) * .3, "b_hh": r.standard_normal(g * hd) * .3}
                if cell == "LSTMCell": ins["c"] = r.standard_normal((b, hd))

                def fn(x, h, w_ih, w_hh, b_ih, b_hh, c=None, cell=cell, nl=nl):
                    if cell == "LSTMCell":
                        a, d = torch._VF.lstm_cell(x, (h, c), w_ih, w_hh, b_ih, b_hh); return {"h": a, "c": d}
                    if cell == "GRUCell": return {"h": torch._VF.gru_cell(x, h, w_ih, w_hh, b_ih, b_hh)}
                    return {"h": (torch._VF.rnn_tanh_cell if nl == "tanh" else torch._VF.rnn_relu_cell)(x, h, w_ih, w_hh, b_ih, b_hh)}
                note = {"RNNCell": None, "GRUCell": "gate rows r,z,n; n=tanh(Wx_n+b_n + r*(Wh_n+bh_n)); h'=(1-z)*n+z*h", "LSTMCell": "gate rows i,f,g,o"}[cell]
                ag(B, "rnn", f"{cell}_{nl}/{b}_{i}_{hd}_{len(B.cases)}", cell, fn, ins, {"nonlinearity": nl}, note=note)
    T, b, i, hd = (4, 2, 3, 5) if not h else [int(v) for v in r.randint(2, 6, 4)]
    for kind, g in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
        for layers in (1, 2):
            ins = {"x": r.standard_normal((T, b, i)), "h0": r.standard_normal((layers, b, hd))}
            if kind == "LSTM": ins["c0"] = r.standard_normal((layers, b, hd))
            for l in range(layers):
                ins.update({f"w_ih_l{l}": r.standard_normal((g * hd, i if l == 0 else hd)) * .5, f"w_hh_l{l}": r.standard_normal((g * hd, hd)) * .5, f"b_ih_l{l}": r.standard_normal(g * hd) * .2, f"b_hh_l{l}": r.standard_normal(g * hd) * .2})

            def fn(x, h0, c0=None, kind=kind, layers=layers, **w):
                m = getattr(nn, kind)(i, hd, layers).to(x.dtype)
                names = [k for l in range(layers) for k in (f"weight_ih_l{l}", f"weight_hh_l{l}", f"bias_ih_l{l}", f"bias_hh_l{l}")]
                vals = [w[f"{a}_l{l}"] for l in range(layers) for a in ("w_ih", "w_hh", "b_ih", "b_hh")]
                for k, v in zip(names, vals): delattr(m, k); setattr(m, k, v)
                m._flat_weights = vals
                y, hn = m(x, (h0, c0) if kind == "LSTM" else h0)
                return {"y": y, "hn": hn} if kind != "LSTM" else {"y": y, "hn": hn[0], "cn": hn[1]}
            ag(B, "rnn", f"{kind}_seq/T{T}_b{b}_i{i}_h{hd}_l{layers}", kind, fn, ins, {"layers": layers, "batch_first": False}, dtypes=("f32", "f64") if layers == 1 else ("f64",))
