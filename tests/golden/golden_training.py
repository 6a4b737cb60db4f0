"""Cases of programs: optimizers and schedules, the seed experiment, the documents' examples, streams of random numbers."""
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from golden_book import ND, TD, TOL_ACT, as_np


# ------------------------------------------------------------------------------------------------ (d) optimisers, schedulers
class Task:
    """What optimizers minimize: a quadratic (A, b) from w0, and the error of a net of two layers, P0, for X and Y."""

    def __init__(self, A, b, w0, X, Y, P0):
        self.A, self.b, self.w0, self.X, self.Y, self.P0 = A, b, w0, X, Y, P0

    @staticmethod
    def optimizer(name, ps, kw):
        return getattr(torch.optim, name)(ps, **{k: (tuple(v) if isinstance(v, list) else v) for k, v in kw.items()})

    @staticmethod
    def step(op, loss, after_backward=None):
        def closure():
            op.zero_grad(); l = loss(); l.backward()
            if after_backward: after_backward()
            return l
        return op.step(closure).item()

    def quad(self, name, kw, dt, steps=20, clip=None):
        At, bt = torch.tensor(self.A, dtype=TD[dt]), torch.tensor(self.b, dtype=TD[dt])
        w = torch.tensor(self.w0, dtype=TD[dt], requires_grad=True)
        op, tr, ls = self.optimizer(name, [w], kw), [as_np(w)], []
        for _ in range(steps):
            ls.append(self.step(op, lambda: .5 * (w @ (At @ w)) - bt @ w, clip and (lambda: clip(w)))); tr.append(as_np(w))
        return {"w": np.stack(tr), "loss": np.array(ls, ND[dt])}

    def mlp(self, name, kw, dt, steps=20, sched=None, groups=None):
        p = {k: torch.tensor(v, dtype=TD[dt], requires_grad=True) for k, v in self.P0.items()}
        ps = [dict(params=[p[k] for k in g["params"]], **{a: v for a, v in g.items() if a != "params"}) for g in groups] if groups else list(p.values())
        op = self.optimizer(name, ps, kw); x, y = torch.tensor(self.X, dtype=TD[dt]), torch.tensor(self.Y, dtype=TD[dt])
        sc, ls = sched(op) if sched else None, []
        for _ in range(steps):
            ls.append(self.step(op, lambda: F.mse_loss(F.linear(torch.tanh(F.linear(x, p["w1"], p["b1"])), p["w2"], p["b2"]), y)))
            if sc: sc.step()
        return {"loss": np.array(ls, ND[dt]), **{k: as_np(v) for k, v in p.items()}}


def build_optim(B):
    r = B.rng("optim")
    h = B.part == "held"
    u = lambda a, b, fix: float("%.3g" % r.uniform(a, b)) if h else fix
    O = [("SGD", {"lr": u(.01, .1, .1)}), ("SGD", {"lr": u(.01, .05, .05), "momentum": u(.5, .95, .9)}), ("SGD", {"lr": .05, "momentum": .9, "dampening": u(.05, .5, .1)}),
         ("SGD", {"lr": u(.01, .05, .05), "momentum": u(.5, .95, .9), "nesterov": True}), ("SGD", {"lr": .1, "weight_decay": u(.01, .3, .1)}),
         ("SGD", {"lr": .02, "momentum": .9, "weight_decay": u(.01, .3, .1), "nesterov": True}), ("SGD", {"lr": .01, "momentum": .5, "maximize": True}),
         ("Adam", {"lr": u(.01, .2, .1)}), ("Adam", {"lr": 1e-3}), ("Adam", {"lr": u(.02, .1, .05), "betas": [u(.5, .95, .8), u(.9, .999, .95)], "eps": 1e-6}), ("Adam", {"lr": .1, "weight_decay": u(.01, .3, .1)}),
         ("Adam", {"lr": u(.1, .5, .3), "amsgrad": True}), ("Adam", {"lr": .3, "amsgrad": True, "weight_decay": .1, "betas": [.9, .9]}), ("Adam", {"lr": .05, "maximize": True}), ("Adam", {"lr": .1, "eps": u(.1, 1, .5)}),
         ("AdamW", {"lr": u(.01, .2, .1)}), ("AdamW", {"lr": .1, "weight_decay": u(.05, .5, .3)}), ("AdamW", {"lr": .2, "weight_decay": .1, "amsgrad": True, "betas": [.9, .9]}), ("AdamW", {"lr": .1, "weight_decay": 0.0}),
         ("RMSprop", {"lr": u(.01, .1, .05)}), ("RMSprop", {"lr": .05, "alpha": u(.5, .95, .9), "eps": 1e-6}), ("RMSprop", {"lr": .02, "momentum": u(.3, .9, .9)}), ("RMSprop", {"lr": .02, "centered": True}),
         ("RMSprop", {"lr": .02, "centered": True, "momentum": .5, "weight_decay": u(.01, .3, .1)}),
         ("Adagrad", {"lr": u(.1, .6, .5)}), ("Adagrad", {"lr": .5, "lr_decay": u(.01, .3, .1)}), ("Adagrad", {"lr": .3, "initial_accumulator_value": u(.05, 1, .1), "eps": 1e-8}), ("Adagrad", {"lr": .3, "weight_decay": u(.01, .3, .1)})]
    d = 6
    M = r.standard_normal((d, d)); A = M @ M.T / d + .3 * np.eye(d)
    A[d - 1, :] = 0; A[:, d - 1] = 0
    b = r.standard_normal(d); b[d - 1] = 0
    w0 = r.standard_normal(d) * 2
    n, i, hd, o = (6, 3, 8, 2) if not h else [int(v) for v in r.randint(2, 9, 4)]
    X, Y = r.standard_normal((n, i)), np.tanh(r.standard_normal((n, o)))
    P0 = {"w1": r.standard_normal((hd, i)) * .5, "b1": r.standard_normal(hd) * .1, "w2": r.standard_normal((o, hd)) * .5, "b2": r.standard_normal(o) * .1}
    data = Task(A, b, w0, X, Y, P0)
    quad, mlp = data.quad, data.mlp
    tol = {"f32": (1e-4, 1e-5), "f64": (1e-9, 1e-10)}
    for k, (name, kw) in enumerate(O):
        for dt in ("f32", "f64"):
            B.case("optim", f"quad/{k:02d}_{name}", "quadratic", dt, {"optimizer": name, "kwargs": kw, "steps": 20}, {"A": A.astype(ND[dt]), "b": b.astype(ND[dt]), "w0": w0.astype(ND[dt])}, quad(name, kw, dt), tol=tol[dt],
                   note="f(w)=0.5 w'Aw - b'w; out w is [21,6] (row 0 = w0), out loss[k] is before step k; the last coordinate always has gradient 0" if k == 0 else None)
        B.case("optim", f"mlp/{k:02d}_{name}", "mlp_mse", "f64", {"optimizer": name, "kwargs": kw, "steps": 20}, {"x": X, "t": Y, **P0}, mlp(name, kw, "f64"), tol=tol["f64"],
               note="loss=mean((linear(tanh(linear(x,w1,b1)),w2,b2)-t)^2); full batch; out = losses before each step and final parameters" if k == 0 else None)
    for nm, kw, cl in (("norm2", {"max_norm": 0.5, "norm_type": 2.0}, lambda w: nn.utils.clip_grad_norm_([w], .5)), ("norminf", {"max_norm": 0.5, "norm_type": "inf"}, lambda w: nn.utils.clip_grad_norm_([w], .5, norm_type=math.inf)),
                       ("value", {"clip_value": 0.3}, lambda w: nn.utils.clip_grad_value_([w], .3))):
        B.case("optim", f"clip/{nm}", "quadratic_clip", "f64", {"optimizer": "SGD", "kwargs": {"lr": .1}, "clip": kw, "steps": 20}, {"A": A, "b": b, "w0": w0}, quad("SGD", {"lr": .1}, "f64", clip=cl), tol=tol["f64"])
    G = [{"params": ["w1", "b1"], "lr": .05, "weight_decay": .1}, {"params": ["w2", "b2"]}]
    for name, kw in (("SGD", {"lr": .01, "momentum": .9}), ("Adam", {"lr": .01}), ("AdamW", {"lr": .01})):
        B.case("optim", f"groups/{name}", "mlp_mse_groups", "f64", {"optimizer": name, "kwargs": kw, "groups": G, "steps": 20}, {"x": X, "t": Y, **P0}, mlp(name, kw, "f64", groups=G), tol=tol["f64"])
    S = torch.optim.lr_scheduler
    B.case("optim", "scheduled/SGD_StepLR", "mlp_mse_sched", "f64", {"optimizer": "SGD", "kwargs": {"lr": .2, "momentum": .9}, "scheduler": "StepLR", "skwargs": {"step_size": 5, "gamma": .3}, "steps": 20}, {"x": X, "t": Y, **P0},
           mlp("SGD", {"lr": .2, "momentum": .9}, "f64", sched=lambda o: S.StepLR(o, 5, .3)), tol=tol["f64"])
    B.case("optim", "scheduled/Adam_OneCycle", "mlp_mse_sched", "f64", {"optimizer": "Adam", "kwargs": {"lr": .1}, "scheduler": "OneCycleLR", "skwargs": {"max_lr": .1, "total_steps": 21}, "steps": 20}, {"x": X, "t": Y, **P0},
           mlp("Adam", {"lr": .1}, "f64", sched=lambda o: S.OneCycleLR(o, max_lr=.1, total_steps=21)), tol=tol["f64"], note="OneCycleLR also cycles Adam's beta1 (cycle_momentum default true)")
    # schedulers
    i_ = lambda a, b, fix: int(r.randint(a, b)) if h else fix
    Z = [("StepLR", {"step_size": i_(2, 8, 5), "gamma": u(.2, .9, .5)}), ("MultiStepLR", {"milestones": sorted(int(v) for v in r.choice(25, 3, False) + 1) if h else [3, 8, 15], "gamma": u(.2, .9, .1)}), ("MultiStepLR", {"milestones": [4, 4, 9], "gamma": .5}),
         ("ExponentialLR", {"gamma": u(.7, .99, .9)}), ("CosineAnnealingLR", {"T_max": i_(6, 20, 10)}), ("CosineAnnealingLR", {"T_max": i_(20, 30, 25), "eta_min": u(.001, .02, .01)}), ("LinearLR", {}), ("LinearLR", {"start_factor": u(.1, .9, .25), "end_factor": u(.5, 1, .8), "total_iters": i_(5, 20, 8)}),
         ("ConstantLR", {"factor": u(.1, .9, .5), "total_iters": i_(3, 10, 4)}), ("PolynomialLR", {"total_iters": i_(8, 25, 12), "power": u(.5, 3, 2.0)}), ("CosineAnnealingWarmRestarts", {"T_0": i_(4, 8, 5), "T_mult": 2}),
         ("OneCycleLR", {"max_lr": u(.2, 2, 1.0), "total_steps": 31}), ("OneCycleLR", {"max_lr": u(.2, 2, .5), "total_steps": 31, "pct_start": u(.1, .6, .4), "anneal_strategy": "linear", "div_factor": u(5, 30, 10.0), "final_div_factor": 100.0}),
         ("OneCycleLR", {"max_lr": .5, "epochs": 8, "steps_per_epoch": 4, "three_phase": True}), ("CyclicLR", {"base_lr": .01, "max_lr": u(.05, .3, .1), "step_size_up": i_(3, 8, 4), "mode": "triangular"}), ("CyclicLR", {"base_lr": .01, "max_lr": .1, "step_size_up": 4, "step_size_down": i_(3, 9, 6), "mode": "triangular2"})]
    for k, (name, kw) in enumerate(Z):
        lr0 = u(.05, .5, .1)
        w = torch.zeros(1, requires_grad=True); op = torch.optim.SGD([w], lr=lr0, momentum=.9)
        sc = getattr(S, name)(op, **kw)
        lr, mo = [op.param_groups[0]["lr"]], [op.param_groups[0]["momentum"]]
        for _ in range(30):
            op.step(); sc.step(); lr.append(op.param_groups[0]["lr"]); mo.append(op.param_groups[0]["momentum"])
        B.case("optim", f"sched/{k:02d}_{name}", "lr_schedule", "f64", {"scheduler": name, "kwargs": kw, "lr": lr0, "momentum": .9, "steps": 30}, {}, {"lr": np.array(lr), "momentum": np.array(mo)}, tol=(1e-9, 1e-12),
               note="SGD(lr, momentum .9); lr[0] after construction, lr[k] after k scheduler.step() calls" if k == 0 else None)
    for k, kw in enumerate(({"factor": .5, "patience": 2}, {"factor": .1, "patience": 1, "cooldown": 2, "min_lr": 1e-4}, {"mode": "max", "factor": .5, "patience": 1, "threshold": .05, "threshold_mode": "abs"}, {"factor": .5, "patience": 0, "threshold": .1, "threshold_mode": "rel", "eps": 1e-3})):
        m = np.round(np.exp(-np.linspace(0, 2, 30)) + .08 * r.standard_normal(30), 3); m[10:16] = m[10]
        w = torch.zeros(1, requires_grad=True); op = torch.optim.SGD([w], lr=.1)
        sc = S.ReduceLROnPlateau(op, **kw); lr = [.1]
        for v in m: sc.step(v); lr.append(op.param_groups[0]["lr"])
        B.case("optim", f"sched/plateau_{k}", "reduce_on_plateau", "f64", {"scheduler": "ReduceLROnPlateau", "kwargs": kw, "lr": .1, "steps": 30}, {"metric": m}, {"lr": np.array(lr)}, tol=(1e-9, 1e-15))


# ------------------------------------------------------------------------------------------------ (k) long trajectories
def build_trajectory(B):
    r = B.rng("trajectory")
    d, (n, i, hd, o) = 6, (12, 3, 8, 2) if B.part == "open" else [int(v) for v in r.randint(2, 9, 4)]
    M = r.standard_normal((d, d)); A = M @ M.T / d + .3 * np.eye(d)
    A[d - 1, :] = 0; A[:, d - 1] = 0
    b = r.standard_normal(d); b[d - 1] = 0
    P0 = {"w1": r.standard_normal((hd, i)) * .5, "b1": r.standard_normal(hd) * .1, "w2": r.standard_normal((o, hd)) * .5, "b2": r.standard_normal(o) * .1}
    task = Task(A, b, r.standard_normal(d) * 2, r.standard_normal((n, i)), np.tanh(r.standard_normal((n, o))), P0)
    O = [("SGD", {"lr": .05, "momentum": .9, "nesterov": True}), ("Adam", {"lr": .1, "amsgrad": True}), ("AdamW", {"lr": .1}),
         ("RMSprop", {"lr": .02, "centered": True, "momentum": .5}), ("Adagrad", {"lr": .5, "lr_decay": .01}),
         ("Adamax", {"lr": .1}), ("Adamax", {"lr": .1, "betas": [.8, .95], "eps": 1e-6, "weight_decay": .1, "maximize": True}),
         ("NAdam", {"lr": .1}), ("NAdam", {"lr": .05, "betas": [.8, .95], "eps": 1e-6, "weight_decay": .1, "momentum_decay": .02}),
         ("NAdam", {"lr": .05, "weight_decay": .1, "decoupled_weight_decay": True, "maximize": True}),
         ("RAdam", {"lr": .1}), ("RAdam", {"lr": .05, "betas": [.8, .95], "eps": 1e-6, "weight_decay": .1}),
         ("RAdam", {"lr": .05, "weight_decay": .1, "decoupled_weight_decay": True, "maximize": True}),
         ("Adadelta", {"lr": 1.0}), ("Adadelta", {"lr": .5, "rho": .7, "eps": 1e-4, "weight_decay": .1, "maximize": True}),
         ("Rprop", {"lr": .01}), ("Rprop", {"lr": .05, "etas": [.3, 1.5], "step_sizes": [1e-4, .2], "maximize": True})]
    tol = {"f32": (1e-3, 1e-4), "f64": (1e-8, 1e-9)}
    torch.set_default_dtype(torch.float64)  # NAdam's product of momenta has the default dtype
    for k, (name, kw) in enumerate(O):
        for dt in ("f32", "f64"):
            B.case("trajectory", f"quad/{k:02d}_{name}", "quadratic", dt, {"optimizer": name, "kwargs": kw, "steps": 100},
                   {"A": A.astype(ND[dt]), "b": b.astype(ND[dt]), "w0": task.w0.astype(ND[dt])}, task.quad(name, kw, dt, 100), tol=tol[dt])
        if "maximize" not in kw:
            B.case("trajectory", f"mlp/{k:02d}_{name}", "mlp_mse", "f64", {"optimizer": name, "kwargs": kw, "steps": 100}, {"x": task.X, "t": task.Y, **P0}, task.mlp(name, kw, "f64", 100), tol=tol["f64"])
    L = [{}, {"lr": .3, "max_iter": 3}, {"line_search_fn": "strong_wolfe"}, {"line_search_fn": "strong_wolfe", "max_iter": 4, "history_size": 2}, {"max_iter": 8, "max_eval": 4, "history_size": 3, "lr": .1},
         {"tolerance_grad": .05, "tolerance_change": 1e-3, "line_search_fn": "strong_wolfe"}]
    for k, kw in enumerate(L):
        for dt in ("f32", "f64"):
            B.case("trajectory", f"quad/lbfgs_{k}", "quadratic", dt, {"optimizer": "LBFGS", "kwargs": kw, "steps": 4},
                   {"A": A.astype(ND[dt]), "b": b.astype(ND[dt]), "w0": task.w0.astype(ND[dt])}, task.quad("LBFGS", kw, dt, 4), tol=(1e-2, 1e-3) if dt == "f32" else tol[dt])
        B.case("trajectory", f"mlp/lbfgs_{k}", "mlp_mse", "f64", {"optimizer": "LBFGS", "kwargs": kw, "steps": 10}, {"x": task.X, "t": task.Y, **P0}, task.mlp("LBFGS", kw, "f64", 10), tol=(1e-6, 1e-7))
    torch.set_default_dtype(torch.float32)


# ------------------------------------------------------------------------------------------------ (e) the seed experiment
def build_seedexp(B):
    r = B.rng("seedexp")
    seeds = [0, 1, 2, 3, 4] if B.part == "open" else [int(v) for v in r.randint(5, 2 ** 31 - 1, 2)]
    for s in seeds:
        N, D, H, C = (512, 10, 64, 2) if B.part == "open" else (int(r.randint(100, 300)), int(r.randint(4, 12)), int(r.randint(9, 40)), 2)
        torch.manual_seed(s)
        X = torch.randn(N, D); y = (X.sum(dim=1) > 0).long()
        out, out64 = {"X": X, "y": y}, {}
        for nm, act in (("sigmoid", torch.sigmoid), ("tanh", torch.tanh), ("relu", F.relu)):
            m = nn.Sequential(nn.Linear(D, H), nn.Linear(H, C))
            P = [("w1", m[0].weight), ("b1", m[0].bias), ("w2", m[1].weight), ("b2", m[1].bias)]
            for k, v in P: out[f"{nm}.{k}.init"] = as_np(v)
            twin = [v.detach().double().requires_grad_() for _, v in P]
            for ps, x, dst in (([v for _, v in P], X, out), (twin, X.double(), out64)):
                op, ls = torch.optim.Adam(ps, lr=1e-3), []
                for _ in range(50):
                    l = F.cross_entropy(F.linear(act(F.linear(x, ps[0], ps[1])), ps[2], ps[3]), y); op.zero_grad(); l.backward(); op.step(); ls.append(l.item())
                dst[f"{nm}.loss"] = np.array(ls, np.float32 if dst is out else np.float64)
            for k, v in P: out[f"{nm}.{k}.final"] = as_np(v)
        dev = max(float(np.abs(out[f"{n}.loss"] - out64[f"{n}.loss"]).max()) for n in ("sigmoid", "tanh", "relu"))
        B.case("seedexp", f"adam_seed{s}", "seed_experiment", "f32", {"seed": s, "N": N, "D": D, "H": H, "C": C, "epochs": 50, "lr": 1e-3, "order": ["sigmoid", "tanh", "relu"], "printed": {n: float(out[f"{n}.loss"][-1]) for n in ("sigmoid", "tanh", "relu")}},
               {}, {**out, **{k + "64": v for k, v in out64.items()}}, tol=(1e-4, 2e-5),
               note=f"manual_seed, X=randn(N,D), y=(X.sum(1)>0); then per activation in order: fresh Linear(D,H), Linear(H,C), Adam, 50 full-batch steps; loss[e] is BEFORE step e, the notebook prints loss[49]. *.loss64: the same start trained in double; max|loss-loss64|={dev:.2g}")
    for s in ([0, 7] if B.part == "open" else [int(r.randint(10, 10 ** 6))]):
        n, bs, ep, hd = (48, 16, 4, 8) if B.part == "open" else (int(r.randint(30, 60)), int(r.randint(7, 17)), 3, int(r.randint(5, 12)))
        torch.manual_seed(s)
        X = torch.rand(n, 2) * 2 - 1; t = (X[:, :1] * X[:, 1:] > 0).float()
        m = nn.Sequential(nn.Linear(2, hd), nn.Tanh(), nn.Dropout(.25), nn.Linear(hd, 1))
        op = torch.optim.SGD(m.parameters(), lr=.1, momentum=.9)
        out = {"X": X, "t": t, "w1.init": as_np(m[0].weight), "b1.init": as_np(m[0].bias), "w2.init": as_np(m[3].weight), "b2.init": as_np(m[3].bias)}
        dl = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.arange(n), X, t), batch_size=bs, shuffle=True)
        ls, order = [], []
        for _ in range(ep):
            for ix, xb, tb in dl:
                op.zero_grad(); l = F.binary_cross_entropy_with_logits(m(xb), tb); l.backward(); op.step(); ls.append(l.item()); order += ix.tolist()
        m.eval()
        out.update(loss=np.array(ls, np.float32), order=np.array(order, np.int64).reshape(ep, n), final=as_np(m(X)))
        B.case("seedexp", f"loader_seed{s}", "loader_experiment", "f32", {"seed": s, "n": n, "batch": bs, "epochs": ep, "hidden": hd, "dropout": .25, "lr": .1, "momentum": .9}, {}, out, tol=(1e-4, 2e-5),
               note="manual_seed; X=rand(n,2)*2-1; t=(x0*x1>0); Sequential(Linear(2,h),Tanh,Dropout(.25),Linear(h,1)); SGD; DataLoader(shuffle, default generator); BCE with logits per batch; final = eval-mode m(X)")


# ------------------------------------------------------------------------------------------------ (f) documents
def build_docs(B):
    r = B.rng("docs")
    one = lambda nm, op, x, note, args=None, printed=None: None

    def tanh_case(nm, x, note, py=None, pg=None, dtypes=("f32", "f64")):
        for dt in dtypes:
            xt = torch.tensor(x, dtype=TD[dt], requires_grad=True); y = torch.tanh(xt); y.sum().backward()
            out, args = {"y": y}, {}
            for k, pv, got in (("y", py, y), ("grad", pg, xt.grad)):
                if pv is not None:
                    out["printed_" + k] = np.array(pv, np.float64)
                    args["doc_maxdiff_" + k] = float(np.abs(as_np(got).astype(float) - np.array(pv)).max())
            B.case("docs", nm, "tanh", dt, args, {"x": xt}, out, {"y": "ones"}, {"x": xt.grad}, TOL_ACT[dt], note)
    if B.part == "open":
        tanh_case("sorix_functional", [-3., -1., 0., 1., 3.], "document 000. y.sum().backward(). printed_*: the numbers the document shows; they are numpy f32 with 1-y*y NOT fused (0.009865999, 0.41997433); torch f32 fuses it (0.0098659815, 0.4199743); true 0.0098660372, 0.4199743416", [-0.9950548, -0.7615942, 0., 0.7615942, 0.9950548], [0.009866, 0.41997433, 1., 0.41997433, 0.009866])
        tanh_case("sorix_curve", np.linspace(-5, 5, 100), "document 000, np.linspace(-5,5,100)")
        tanh_case("lucid_single", [[-1., 0., 1., 2.]], "document 001. output.backward() on a [1,4] output means seed gradient 1 (torch itself refuses this without a gradient argument)", [[-0.7616, 0., .7616, .9640]], [[.4199743, 1., .4199743, .0706508]])
        tanh_case("doc002_curve", np.arange(-4., 4., .01), "document 002, np.arange(-4,4,.01), 800 points", dtypes=("f64",))
        tanh_case("doc004_curve", np.linspace(-10, 10, 400), "document 004, np.linspace(-10,10,400)", dtypes=("f64",))
        cfg = [("lucid_simple_model", 0, [3, 2], [[.5, -1.2, 3.3]], [[.7616, .9640]], [[.4199743, .0706508, .4199743]]), ("lucid_network", 0, [4, 8, 2], [[.5, -1.2, 3.3, .7]], [[.7616, .9640]], [[.4199743, .0706508, .4199743, .0706508]])]
    else:
        tanh_case("functional", list(np.round(r.uniform(-4, 4, 7), 2)), "the document's functional example with other inputs")
        tanh_case("curve", np.linspace(-float(r.randint(3, 12)), float(r.randint(3, 12)), int(r.randint(50, 200))), "np.linspace curve")
        cfg = [("simple_model", int(r.randint(1, 999)), [3, 2], np.round(r.uniform(-3, 3, (2, 3)), 1).tolist(), None, None), ("network", int(r.randint(1, 999)), [4, 8, 2], np.round(r.uniform(-3, 3, (3, 4)), 1).tolist(), None, None)]
    for nm, s, dims, x, py, pg in cfg:
        torch.manual_seed(s)
        L = [nn.Linear(a, b) for a, b in zip(dims, dims[1:])]
        xt = torch.tensor(x, requires_grad=True)
        y = torch.tanh(L[0](xt)) if len(L) == 1 else L[1](torch.tanh(L[0](xt)))
        y.backward(torch.ones_like(y))
        out = {"y": y}
        for i, l in enumerate(L): out[f"fc{i+1}.weight"], out[f"fc{i+1}.bias"] = as_np(l.weight), as_np(l.bias)
        if py: out["printed_y"], out["printed_grad"] = np.array(py), np.array(pg)
        note = "default init after manual_seed; y = tanh(fc1(x))" if len(L) == 1 else "default init after manual_seed; y = fc2(tanh(fc1(x))) (no tanh after fc2)"
        if py:
            note += ". DOCUMENT'S NUMBERS ARE PLACEHOLDERS, do not reproduce: no seed is given; the printed gradients are just tanh'(1), tanh'(2) repeated instead of dL/dx through the layers"
            note += "; 0.41997 is even impossible with default weights (|w|<=0.577 bounds it by 0.2834)" if len(L) == 1 else "; the printed output is tanh(1), tanh(2) though fc2 has no tanh"
        B.case("docs", nm, "doc_model", "f32", {"seed": s, "dims": dims}, {"x": xt}, out, {"y": "ones"}, {"x": xt.grad, **{f"fc{i+1}.weight": as_np(l.weight.grad) for i, l in enumerate(L)}, **{f"fc{i+1}.bias": as_np(l.bias.grad) for i, l in enumerate(L)}}, (1e-5, 2e-6), note)


# ------------------------------------------------------------------------------------------------ (g) RNG streams
def rng_step(st):
    """executes one program step, returns list of arrays"""
    op = st["op"]; dt = TD[st.get("dtype", "f32")]; sh = st.get("shape", [])
    if op == "manual_seed": torch.manual_seed(st["seed"]); return []
    if op == "rand": return [torch.rand(sh, dtype=dt)]
    if op == "randn": return [torch.randn(sh, dtype=dt)]
    if op == "uniform": return [torch.empty(sh, dtype=dt).uniform_(st["a"], st["b"])]
    if op == "normal": return [torch.empty(sh, dtype=dt).normal_(st["mean"], st["std"])]
    if op == "randint": return [torch.randint(st["lo"], st["hi"], sh)]
    if op == "random": return [torch.empty(sh, dtype=torch.int64).random_()]
    if op == "randperm": return [torch.randperm(st["n"])]
    if op == "bernoulli_scalar": return [torch.empty(sh, dtype=dt).bernoulli_(st["p"])]
    if op == "bernoulli_tensor": return [torch.bernoulli(torch.full(sh, st["p"], dtype=dt))]
    if op == "dropout": return [F.dropout(torch.ones(sh, dtype=dt), st["p"], st.get("training", True))]
    if op == "exponential": return [torch.empty(sh, dtype=dt).exponential_(st["lambda"])]
    if op == "linear": l = nn.Linear(st["in"], st["out"], bias=st.get("bias", True)); return [l.weight] + ([l.bias] if l.bias is not None else [])
    if op in ("RNNCell", "LSTMCell", "GRUCell"): c = getattr(nn, op)(st["in"], st["hidden"]); return [c.weight_ih, c.weight_hh, c.bias_ih, c.bias_hh]
    if op in ("xavier_uniform", "xavier_normal"): w = torch.empty(sh); getattr(nn.init, op + "_")(w, gain=st["gain"]); return [w]
    if op in ("kaiming_uniform", "kaiming_normal"): w = torch.empty(sh); getattr(nn.init, op + "_")(w, a=st.get("a", 0.0), mode=st["mode"], nonlinearity=st["nonlinearity"]); return [w]
    if op == "loader_epoch": return [torch.cat(list(torch.utils.data.DataLoader(torch.arange(st["n"]), batch_size=st["batch"], shuffle=st["shuffle"])))]
    if op == "random_split": return [torch.tensor(list(p.indices)) for p in torch.utils.data.random_split(range(sum(st["lengths"])), st["lengths"])]
    raise ValueError(op)


EXACT = {"rand", "randint", "random", "randperm", "bernoulli_scalar", "bernoulli_tensor", "dropout", "loader_epoch", "random_split"}


def build_rng(B):
    r = B.rng("rng")
    h = B.part == "held"
    seeds = [0, 1, 42, 1234567] if not h else [int(v) for v in r.randint(2, 2 ** 31 - 1, 3)] + [2 ** 32 + int(r.randint(0, 10 ** 6))]
    sizes = [1, 5, 15, 16, 17, 100] if not h else [2, 14, 16, 18, 31, 33, int(r.randint(40, 300))]

    def prog(name, seed, steps):
        torch.manual_seed(seed)
        out, at = {}, 0.0
        for k, st in enumerate(steps):
            for j, a in enumerate(rng_step(st)):
                out[f"o{k}" + (f".{j}" if j else "")] = as_np(a)
            big = max(1.0, abs(st.get("a", 0.0)) + abs(st.get("b", 0.0)), abs(st.get("std", 1.0)) + abs(st.get("mean", 0.0)))
            if st["op"] not in EXACT and st["op"] != "manual_seed":
                at = max(at, 1e-13 if st.get("dtype") == "f64" else (1.2e-7 if st["op"] in ("uniform", "linear", "RNNCell", "LSTMCell", "GRUCell", "xavier_uniform", "kaiming_uniform") else 4e-6) * big)
        B.case("rng", name, "rng_program", "", {"seed": seed, "program": steps}, {}, out, tol=(0.0, at))
    for s in seeds:
        for dt in ("f32", "f64"):
            for op in ("rand", "randn"):
                prog(f"s{s}/{op}_{dt}_sizes", s, [x for n in sizes for x in ({"op": "manual_seed", "seed": s}, {"op": op, "shape": [n], "dtype": dt})])
        prog(f"s{s}/ints", s, [{"op": "randint", "lo": 0, "hi": 10, "shape": [20]}, {"op": "randint", "lo": -7, "hi": 1000003, "shape": [9]}, {"op": "randint", "lo": 0, "hi": 2 ** 33, "shape": [5]}, {"op": "random", "shape": [4]}, {"op": "randint", "lo": 0, "hi": 2, "shape": [3, 4]}])
        prog(f"s{s}/randperm", s, [{"op": "randperm", "n": n} for n in ([1, 2, 5, 10, 100] if not h else [3, 7, 64, 150])])
        prog(f"s{s}/bernoulli", s, [{"op": "bernoulli_scalar", "p": .3, "shape": [20]}, {"op": "bernoulli_tensor", "p": .3, "shape": [20]}, {"op": "bernoulli_tensor", "p": .5, "shape": [10], "dtype": "f64"}, {"op": "dropout", "p": .2, "shape": [4, 6]}, {"op": "dropout", "p": .5, "shape": [33]},
                                    {"op": "dropout", "p": 0.0, "shape": [5]}, {"op": "dropout", "p": 1.0, "shape": [5]}, {"op": "dropout", "p": .5, "shape": [5], "training": False}, {"op": "rand", "shape": [3]}])
        prog(f"s{s}/cache", s, [{"op": "randn", "shape": [1]}, {"op": "rand", "shape": [2]}, {"op": "randn", "shape": [1], "dtype": "f64"}, {"op": "randn", "shape": [3]}, {"op": "randn", "shape": [20]}, {"op": "randn", "shape": [2]}, {"op": "manual_seed", "seed": s + 1}, {"op": "randn", "shape": [2]}, {"op": "randn", "shape": [1]}])
        prog(f"s{s}/affine", s, [{"op": "uniform", "a": -.3, "b": .7, "shape": [25]}, {"op": "uniform", "a": -3.0, "b": 5.0, "shape": [7], "dtype": "f64"}, {"op": "normal", "mean": 2.0, "std": .5, "shape": [18]}, {"op": "normal", "mean": -1.0, "std": .1, "shape": [3]}, {"op": "exponential", "lambda": 1.5, "shape": [6], "dtype": "f64"}])
        prog(f"s{s}/modules", s, [{"op": "linear", "in": 10, "out": 6}, {"op": "linear", "in": 6, "out": 2, "bias": False}, {"op": "linear", "in": 2, "out": 3}, {"op": "LSTMCell", "in": 3, "hidden": 2}, {"op": "GRUCell", "in": 2, "hidden": 3}, {"op": "RNNCell", "in": 2, "hidden": 2}])
        prog(f"s{s}/inits", s, [{"op": "xavier_uniform", "shape": [5, 7], "gain": 5 / 3}, {"op": "xavier_normal", "shape": [5, 7], "gain": 1.0}, {"op": "xavier_normal", "shape": [3, 4], "gain": 1.0}, {"op": "kaiming_uniform", "shape": [5, 7], "mode": "fan_in", "nonlinearity": "relu"},
                                {"op": "kaiming_normal", "shape": [5, 7], "mode": "fan_out", "nonlinearity": "relu"}, {"op": "kaiming_uniform", "shape": [4, 6], "mode": "fan_in", "nonlinearity": "leaky_relu", "a": .2}])
        prog(f"s{s}/loader", s, [{"op": "loader_epoch", "n": 37, "batch": 8, "shuffle": True}, {"op": "loader_epoch", "n": 37, "batch": 8, "shuffle": True}, {"op": "loader_epoch", "n": 12, "batch": 5, "shuffle": False}, {"op": "rand", "shape": [2]}, {"op": "random_split", "lengths": [14, 6]}, {"op": "rand", "shape": [2]}])
        prog(f"s{s}/mixed", s, [{"op": "randn", "shape": [4, 5]}, {"op": "randint", "lo": 0, "hi": 3, "shape": [4]}, {"op": "linear", "in": 5, "out": 4}, {"op": "rand", "shape": [3], "dtype": "f64"}, {"op": "randperm", "n": 9}, {"op": "randn", "shape": [3, 3]}, {"op": "bernoulli_scalar", "p": .5, "shape": [6]}, {"op": "randn", "shape": [17], "dtype": "f64"}, {"op": "randn", "shape": [1]}])
    if not h:
        prog("s0/rand_5120", 0, [{"op": "rand", "shape": [512, 10]}])
        prog("negative_seed", -1, [{"op": "rand", "shape": [5]}])
        prog("wide_seed", 2 ** 32 + 42, [{"op": "rand", "shape": [5]}, {"op": "randn", "shape": [5]}])
        prog("max_seed", 2 ** 64 - 1, [{"op": "rand", "shape": [5]}])
