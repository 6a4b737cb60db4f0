"""The parts that all cases share: the book of cases and arrays, the autograd case, the check of a folder."""
import hashlib, json, os, warnings, zipfile
os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import torch
warnings.filterwarnings("ignore")
torch.set_num_threads(1)
TD = {"f32": torch.float32, "f64": torch.float64, "i64": torch.int64, "bool": torch.bool}
ND = {"f32": np.float32, "f64": np.float64, "i64": np.int64, "bool": np.bool_}
NAME = {np.dtype(np.float32): "f32", np.dtype(np.float64): "f64", np.dtype(np.int64): "i64", np.dtype(np.bool_): "bool"}
ITEM = {"f32": 4, "f64": 8, "i64": 8, "bool": 1}


def as_np(t):
    a = t.detach().numpy() if isinstance(t, torch.Tensor) else np.asarray(t)
    return np.array(a, order="C", copy=True)          # keeps 0-d arrays 0-d


class Book:
    """collects cases and arrays; one stored (uncompressed) .npz per kind"""

    def __init__(self, seed, part):
        self.seed, self.part = seed, part
        self.cases, self.arrays, self.byhash, self.names = [], {}, {}, set()

    def put(self, kind, arr):
        """appends to the kind's flat array of that dtype (equal arrays stored once); returns [dtype, shape, element offset]"""
        arr = as_np(arr)
        dt = NAME[arr.dtype]
        h = (kind, dt, arr.size, hashlib.sha1(arr.tobytes()).hexdigest())
        if h not in self.byhash:
            pool = self.arrays.setdefault(kind, {}).setdefault(dt, [0, []])
            self.byhash[h] = pool[0]
            pool[0] += arr.size
            pool[1].append(arr.ravel())
        return [dt, list(arr.shape), self.byhash[h]]

    def case(self, kind, name, op, dtype, args=None, inputs=None, out=None, gout=None, grad=None, tol=(0.0, 0.0), note=None, skip=None):
        full = f"{kind}/{name}/{dtype}" if dtype else f"{kind}/{name}"
        assert full not in self.names, full
        self.names.add(full)
        c = {"name": full, "kind": kind, "op": op, "dtype": dtype, "args": args or {}}
        for k, d in (("in", inputs), ("gout", gout), ("out", out), ("grad", grad)):
            c[k] = {n: (v if isinstance(v, str) else self.put(kind, v)) for n, v in (d or {}).items()}
        c["tol"] = {"rtol": tol[0], "atol": tol[1]}
        if skip:
            c["skip"] = skip
        if note:
            c["note"] = note
        self.cases.append(c)

    def rng(self, tag):
        h = int(hashlib.sha1(f"{self.seed}:{tag}".encode()).hexdigest()[:8], 16)
        return np.random.RandomState(h)

    def write(self, out, keep=False):
        """With `keep`, the kinds in `out` that this book lacks stay, cases and numbers."""
        os.makedirs(out, exist_ok=True)
        data, cases, about = {}, [], {"torch": torch.__version__, "seed": self.seed, "part": self.part}
        if keep and os.path.exists(os.path.join(out, "cases.json")):
            old = json.load(open(os.path.join(out, "cases.json")))
            cases = [c for c in old["cases"] if c["kind"] not in self.arrays]
            data = {k: v for k, v in old["data"].items() if k not in self.arrays}
            about = {k: old[k] for k in about} if cases else about
        cases += self.cases
        for kind, pools in self.arrays.items():
            p = os.path.join(out, kind + ".npz")
            data[kind] = {"file": kind + ".npz"}
            with zipfile.ZipFile(p, "w", zipfile.ZIP_STORED) as z:
                for dt in sorted(pools):
                    flat = np.concatenate(pools[dt][1]) if pools[dt][1] else np.zeros(0, ND[dt])
                    # npy 1.0 header, padded so that the raw data starts at a multiple of 64 bytes in the file
                    head = ("{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }" % (flat.dtype.str, flat.size)).encode()
                    start = z.start_dir if z.filelist else 0
                    base = start + 30 + len(dt) + 4 + 10
                    pad = -(base + len(head) + 1) % 64
                    head += b" " * pad + b"\n"
                    zi = zipfile.ZipInfo(dt + ".npy", date_time=(2020, 1, 1, 0, 0, 0))
                    zi.external_attr = 0o644 << 16
                    z.writestr(zi, b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + flat.tobytes())
                    data[kind][dt] = {"byte": base + len(head), "count": int(flat.size)}
        head = {"format": "tandem-golden-1", **about, "ncases": len(cases),
                "array_ref": ["dtype", "shape", "element offset in that dtype's flat array of the case's kind"], "data": data}
        with open(os.path.join(out, "cases.json"), "w") as f:
            f.write("{" + json.dumps(head, allow_nan=False)[1:-1] + ',\n"cases": [\n')
            f.write(",\n".join(json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases))
            f.write("\n]}\n")
        open(os.path.join(out, "README.md"), "w").write(README.replace("{v}", about["torch"]))


def outs_of(r):
    return r if isinstance(r, dict) else {"y": r}


def run_ag(fn, inputs, want, gouts, dt):
    """inputs/gouts: dicts of arrays; floats are converted to dt. returns outs, grads as arrays"""
    xs = {}
    for k, v in inputs.items():
        v = np.asarray(v)
        t = torch.from_numpy(np.array(v, order="C", copy=True))
        if v.dtype.kind == "f":
            t = t.to(TD[dt])
            t.requires_grad_(k in want)
        xs[k] = t
    outs = outs_of(fn(**xs))
    leaves = [k for k in want if xs[k].requires_grad]
    go = [k for k in outs if outs[k].requires_grad]
    grads = {}
    if leaves and go:
        gs = [torch.ones_like(outs[k]) if isinstance(gouts[k], str) else torch.from_numpy(np.array(gouts[k], order="C", copy=True)).to(TD[dt]) for k in go]
        r = torch.autograd.grad([outs[k] for k in go], [xs[k] for k in leaves], gs, allow_unused=True)
        grads = {k: as_np(g) for k, g in zip(leaves, r) if g is not None}
    return {k: as_np(v) for k, v in outs.items()}, grads, go


def excess(a, b, rtol):
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    m = np.isfinite(a) & np.isfinite(b)
    if not m.any():
        return 0.0
    return float(np.max(np.abs(a[m] - b[m]) - rtol * np.abs(b[m])))


TOL = {"f32": (1e-5, 1e-6), "f64": (1e-10, 1e-12)}
TOL_ACT = {"f32": (4e-6, 4e-7), "f64": (1e-12, 1e-14)}


def ag(B, kind, name, op, fn, inputs, args=None, dtypes=("f32", "f64"), want=None, gout="rand", tol=TOL, note=None, skipper=None):
    """an autograd case: out = fn(in); grad = vector-Jacobian product with gout"""
    if want is None:
        want = [k for k, v in inputs.items() if np.asarray(v).dtype.kind == "f"]
    for dt in dtypes:
        ins = {k: (np.asarray(v).astype(ND[dt]) if np.asarray(v).dtype.kind == "f" else np.asarray(v)) for k, v in inputs.items()}
        probe = {}
        r = B.rng("gout" + kind + name)

        class Lazy(dict):
            def __missing__(s, k):
                return s.setdefault(k, "ones" if gout == "ones" else None)
        g = Lazy()
        o0 = outs_of(fn(**{k: torch.from_numpy(np.array(v, order="C", copy=True)) for k, v in ins.items()}))
        for k, v in o0.items():
            g[k] = "ones" if gout == "ones" else r.standard_normal(tuple(v.shape)).astype(ND[dt])
        outs, grads, go = run_ag(fn, ins, want, g, dt)
        rt, at = tol[dt]
        if dt == "f32":
            up = {k: (v.astype(np.float64) if v.dtype.kind == "f" else v) for k, v in ins.items()}
            g64 = {k: (v if isinstance(v, str) else v.astype(np.float64)) for k, v in g.items()}
            o2, g2, _ = run_ag(fn, up, want, g64, "f64")
            ex = max([excess(outs[k], o2[k], rt) for k in outs if outs[k].dtype.kind == "f"] + [excess(grads[k], g2[k], rt) for k in grads] + [0.0])
            at = max(at, float("%.1e" % (4 * ex)))
        B.case(kind, name, op, dt, args, ins, outs, {k: g[k] for k in go} if grads else {}, grads, (rt, at), note, skipper(ins, outs, grads) if skipper else None)


README = """# Reference cases (torch {v}, CPU, single thread)

`cases.json`: one JSON object; its `cases` list holds one case per line. `<kind>.npz`: the numbers of that kind, an
uncompressed zip with one flat .npy per dtype (np.load reads it).

A case:

| field | meaning |
| --- | --- |
| name | unique: kind/…/dtype |
| kind, op, dtype, args | what to compute; args are plain JSON |
| in | inputs: name -> array |
| gout | upstream gradient per output: array, or the word "ones" |
| out | expected outputs: name -> array (may be 0-d: shape []) |
| grad | expected gradient of sum(out*gout) for each input; an input not listed gets none |
| tol | rtol, atol: pass when abs(a-b) <= atol + rtol*abs(b); nan must match nan, inf must match inf with its sign |
| skip | optional: "out.y" / "grad.x" -> flat element positions not to compare (torch's value there is an accident: silu, gelu, mish, softsign at +-inf give nan, log1p(largest finite) gives inf; gradients at a nan input; smooth_l1_loss with beta 0 where x = t) |
| note | free text (formulas, order of steps) |

An array is `[dtype, shape, offset]`: dtype f32, f64, i64 or bool (1 byte), row-major, little endian; it is the run of
product(shape) elements (1 for shape []) from element `offset` of the flat array `dtype` in `<kind>.npz`. Python:
`np.load("loss.npz")["f64"][off:off+n].reshape(shape)`. C++: no zip or npy parser is needed, the top-level
`data.<kind>.<dtype>.byte` gives the (64-byte aligned) file position of the flat array's raw data, so the array starts at
byte + offset*itemsize. Several cases may share one run. JSON holds no nan/inf.

For f32 cases torch's own f32 result is stored; atol was widened to 4 times torch's own excess error against an f64
evaluation of the same f32 inputs where that is larger than the default. f64 cases are the tight ones.

Kinds: activation (a), linear (b), loss (c), optim (d, with schedules: op lr_schedule / reduce_on_plateau), seedexp (e),
docs (f), rng (g), tensor (h; `args.expr` is a torch expression over the inputs), double (i), rnn (j), trajectory (k, 100 steps and LBFGS; of torch 2.15).

rng: run `args.program` after manual_seed(args.seed); step k's results are `o<k>`, `o<k>.1`, … (weight, bias, …). With
tol 0/0 the values must be equal.  randn / normal (f32, >=16 elements) may differ in the last bits between CPUs: 4e-6.

Made by make_golden.py (same seed and part -> identical bytes). `make_golden.py --check DIR` re-reads every array both ways.
"""


def check(d):
    """reads every array twice, by np.load and by byte position, and compares"""
    j = json.load(open(os.path.join(d, "cases.json")))
    n, z, raw, bad = 0, {}, {}, 0
    for c in j["cases"]:
        k = c["kind"]
        if k not in z:
            p = os.path.join(d, j["data"][k]["file"])
            z[k], raw[k] = dict(np.load(p)), open(p, "rb").read()
        for s in ("in", "gout", "out", "grad"):
            for nm, r in c[s].items():
                if isinstance(r, str): continue
                dt, shape, off = r
                m = int(np.prod(shape)) if shape else 1; n += 1
                a = z[k][dt][off:off + m]
                b = np.frombuffer(raw[k], ND[dt], m, j["data"][k][dt]["byte"] + off * ITEM[dt])
                if a.dtype != ND[dt] or a.size != m or a.tobytes() != b.tobytes() or j["data"][k][dt]["byte"] % 64: bad += 1; print("BAD", c["name"], nm)
    print(d, len(j["cases"]), "cases,", n, "array refs,", bad, "bad")
    return bad
