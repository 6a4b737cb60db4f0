#!/usr/bin/env python3
"""The rows of bench_gpu in PyTorch, under the same names.   torch_gpu.py [--compile] [--small] [--out FILE]

A last part "eager" is plain PyTorch, "recorded" a CUDA graph, "compile" torch.compile (--compile adds these
rows; autotuning takes minutes). Writes JSON: {"seconds": {name: seconds per call}, ...}. Exit code 2 without
PyTorch or a GPU.
"""
import argparse
import gc
import json
import statistics
import sys

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    print("torch_gpu.py: PyTorch is not installed", file=sys.stderr)
    sys.exit(2)

COLUMNS = 1024  # where rows and columns matter
CALLS_PER_RECORDING = 20  # of the linear rows, as in gpu_linear.cpp
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
SHAPES = [(512, 10, 64), (64, 784, 128), (256, 1024, 1024), (8192, 1024, 1024)]  # rows, in, out
NETS = [(512, [10, 64, 2], torch.nn.Tanh), (64, [784, 128, 10], torch.nn.ReLU), (64, [64, 32, 10], torch.nn.Tanh)]
LARGE = (8192, [28, 1024, 1024, 1], torch.nn.Tanh)


class Bench:
    def __init__(self, small):
        self.small = small
        self.elements = 1 << 13 if small else 1 << 28
        self.batch_seconds = 0 if small else 0.02
        self.batches = 3 if small else 5
        self.seconds, self.peak_mib, self.errors = {}, {}, {}

    def size(self, full):
        return max(2, full // 32) if self.small else full

    def measure(self, body, calls_in_body=1):
        """Median seconds of one call: events around many calls, after a warm-up."""
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)

        def timed(calls):
            torch.cuda.synchronize()
            begin.record()
            for _ in range(calls):
                body()
            end.record()
            end.synchronize()
            return begin.elapsed_time(end) / 1e3 / calls

        for _ in range(3):
            body()
        estimate = max(timed(3), 1e-7)
        calls = int(min(max(self.batch_seconds / estimate, 3), 20000))
        return statistics.median(timed(calls) for _ in range(self.batches)) / calls_in_body

    def row(self, name, make):
        """make() gives a body, or a body and the number of timed calls in it."""
        gc.collect()
        torch.cuda.synchronize()
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        torch.manual_seed(0)
        try:
            made = make()
            self.seconds[name] = self.measure(*(made if isinstance(made, tuple) else (made,)))
        except Exception as error:  # the other rows still run: little memory, or no compiler for torch.compile
            self.errors[name] = f"{type(error).__name__}: {error}"[:500]
            print(f"{name:60} {self.errors[name]}", file=sys.stderr)
            return
        self.peak_mib[name] = torch.cuda.max_memory_allocated() / 2**20
        print(f"{name:60} {self.seconds[name] * 1e6:12.2f} us", file=sys.stderr)


def graph_of(body):
    """The body as a CUDA graph; warmed up on a side stream, as PyTorch's manual asks."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            body()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        body()

    def replay(_inputs=body):  # keeps alive what the graph reads
        graph.replay()

    return replay


def without_tape(function):
    def body():
        with torch.no_grad():
            function()

    return body


def memory_rows(bench):
    ops = {
        "copy": lambda x, y, bias: x.clone(),
        "tanh_forward": lambda x, y, bias: torch.tanh(x),
        "tanh_backward": lambda x, y, bias: torch.ops.aten.tanh_backward(y, x),
        "add": lambda x, y, bias: x + y,
        "add_bias": lambda x, y, bias: x + bias,
        "sum": lambda x, y, bias: x.sum(),
        "softmax": lambda x, y, bias: torch.softmax(x, 1),
    }
    for dtype_name, dtype in DTYPES.items():
        for name, op in ops.items():
            if name == "copy" and dtype_name != "float32":
                continue

            def make():
                shape = (bench.elements // COLUMNS, COLUMNS)
                x = torch.randn(shape, device="cuda", dtype=dtype)
                y = torch.randn_like(x) if name in ("tanh_backward", "add") else None
                bias = torch.randn(COLUMNS, device="cuda", dtype=dtype)
                return without_tape(lambda: op(x, y, bias))

            bench.row(f"{name}/{dtype_name}", make)


def linear_kinds(bench, shape, dtype):
    rows, inputs, outputs = (bench.size(n) for n in shape)
    options = {"device": "cuda", "dtype": dtype}
    x = torch.randn(rows, inputs, **options, requires_grad=True)
    weight = torch.randn(outputs, inputs, **options, requires_grad=True)
    bias = torch.randn(outputs, **options, requires_grad=True)
    grad = torch.randn(rows, outputs, **options)
    weight_t, grad_t = weight.detach().t(), grad.t()

    def linear_forward_backward():
        x.grad = weight.grad = bias.grad = None
        F.linear(x, weight, bias).backward(grad)

    def bare_forward_backward():
        torch.mm(x, weight_t)
        torch.mm(grad, weight)
        torch.mm(grad_t, x)

    return {
        "linear_forward": without_tape(lambda: F.linear(x, weight, bias)),
        "bare_forward": without_tape(lambda: torch.mm(x, weight_t)),
        "linear_forward_backward": linear_forward_backward,
        "bare_forward_backward": without_tape(bare_forward_backward),
    }


def linear_rows(bench):
    def recorded(body):
        def repeated():
            for _ in range(CALLS_PER_RECORDING):
                body()

        return graph_of(repeated), CALLS_PER_RECORDING

    for shape in SHAPES:
        for dtype_name, dtype in DTYPES.items():
            for kind in ("linear_forward", "bare_forward", "linear_forward_backward", "bare_forward_backward"):
                name = f"{kind}/{'x'.join(map(str, shape))}/{dtype_name}"
                bench.row(f"{name}/eager", lambda: linear_kinds(bench, shape, dtype)[kind])
                bench.row(f"{name}/recorded", lambda: recorded(linear_kinds(bench, shape, dtype)[kind]))


class Training:
    """A net of one output is trained on binary targets, others on classes."""

    def __init__(self, bench, net, mixed, capturable):
        rows, widths, activation = net
        rows, widths = bench.size(rows), [1 if w == 1 else bench.size(w) for w in widths]
        layers = []
        for i in range(len(widths) - 1):
            layers += [torch.nn.Linear(widths[i], widths[i + 1]), activation()]
        self.model = torch.nn.Sequential(*layers[:-1]).cuda()
        self.mixed, self.binary = mixed, widths[-1] == 1
        self.x = torch.randn(rows, widths[0]).cuda()
        target = torch.randint(2, (rows, 1)).float() if self.binary else torch.randint(widths[-1], (rows,))
        self.y = target.cuda()
        # The fastest Adam of PyTorch; capturable keeps the step count on the GPU, as a CUDA graph needs.
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, fused=True, capturable=capturable)

    def loss(self):
        # Within a CUDA graph the cache of casted weights must not outlive a step.
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=self.mixed, cache_enabled=False):
            output = self.model(self.x)
            if self.binary:
                return F.binary_cross_entropy_with_logits(output, self.y)
            return F.cross_entropy(output, self.y)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        self.loss().backward()
        self.optimizer.step()


def compiled_step(training, mode):
    loss = torch.compile(training.loss, mode=mode)

    def step():
        torch.compiler.cudagraph_mark_step_begin()
        training.optimizer.zero_grad(set_to_none=True)
        loss().backward()
        training.optimizer.step()

    return step


def step_rows(bench, with_compile):
    cases = [(net, False) for net in NETS] + [(LARGE, False), (LARGE, True)]
    for net, mixed in cases:
        name = f"step/{net[0]}x{'-'.join(map(str, net[1]))}/{'bfloat16' if mixed else 'float32'}"
        bench.row(f"{name}/eager", lambda: Training(bench, net, mixed, False).step)
        bench.row(f"{name}/recorded", lambda: graph_of(Training(bench, net, mixed, True).step))
    if with_compile:
        # PyTorch's own CUDA graphs around forward and backward, then one of ours around the whole step.
        net, name = LARGE, f"step/{LARGE[0]}x{'-'.join(map(str, LARGE[1]))}/bfloat16"
        bench.row(f"{name}/compile", lambda: compiled_step(Training(bench, net, True, False), "max-autotune"))
        bench.row(
            f"{name}/compile_graph",
            lambda: graph_of(compiled_step(Training(bench, net, True, True), "max-autotune-no-cudagraphs")),
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compile", action="store_true", help="the torch.compile rows, too")
    parser.add_argument("--small", action="store_true", help="tiny sizes: a check of the program")
    parser.add_argument("--out", help="the JSON's file instead of the standard output")
    arguments = parser.parse_args()
    if not torch.cuda.is_available():
        print("torch_gpu.py: PyTorch finds no GPU", file=sys.stderr)
        sys.exit(2)
    # PyTorch's default, said aloud: float32 products in full precision, as Tandem's.
    torch.backends.cuda.matmul.allow_tf32 = False
    bench = Bench(arguments.small)
    memory_rows(bench)
    linear_rows(bench)
    step_rows(bench, arguments.compile)
    result = {
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "gpu": torch.cuda.get_device_name(),
        "seconds": bench.seconds,
        "peak_MiB": bench.peak_mib,
        "errors": bench.errors,
    }
    text = json.dumps(result, indent=1)
    if arguments.out:
        with open(arguments.out, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    else:
        print(text)


if __name__ == "__main__":
    main()
