"""The steps of benchmarks/nets.h, and what torch_cpu.py and jax_cpu.py share."""
import argparse
import json
import os
import re
import statistics
import sys
import time

NETS = {  # rows, widths
    "1x2-16-2": (1, [2, 16, 2]),
    "64x64-32-10": (64, [64, 32, 10]),
    "512x10-64-2": (512, [10, 64, 2]),
    "64x784-128-10": (64, [784, 128, 10]),
    "4096x64x6": (4096, [64] * 7),
    "256x1024x3": (256, [1024] * 4),
}
LEARNING_RATE = 1e-6  # as in nets.h, where the reason stands


def parse(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.1, help="of one batch; the result is the median of 5")
    parser.add_argument("--filter", default="", help="a regular expression that row names must contain")
    arguments = parser.parse_args()
    # A library that starts a thread for every core it may use starts as many as asked for.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])
    return arguments


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.seconds, self.errors = {}, {}

    def measure(self, body, wait):
        # As compare does: one thread by the process's CPU time, which other programs do not add to.
        clock = time.process_time if self.arguments.threads == 1 else time.perf_counter

        def timed(calls):
            begin = clock()
            for _ in range(calls):
                body()
            wait()
            return (clock() - begin) / calls

        timed(3)  # compiles
        calls = max(1, int(self.arguments.seconds / max(timed(3), 1e-7)))
        return statistics.median(timed(calls) for _ in range(5))

    def row(self, net, mode, make, wait=lambda: None):
        """make() gives the step; wait() returns when all steps are done."""
        name = f"step/{net}/{mode}/threads:{self.arguments.threads}"
        if not re.search(self.arguments.filter, name):
            return
        try:
            self.seconds[name] = self.measure(make(), wait)
        except Exception as error:  # the other rows still run: torch.compile may find no compiler
            self.errors[name] = f"{type(error).__name__}: {error}"[:500]
            return
        print(f"{name:50} {self.seconds[name] * 1e6:12.2f} us", file=sys.stderr)

    def finish(self, library):
        print(json.dumps({"library": library, "seconds": self.seconds, "errors": self.errors}))
