"""The figures that the CPU rows have to reach (benchmarks/README.md), by row name."""
import re

IN_CACHE_MOST = 1 << 20  # elements; larger counts as beyond the caches

STEPS = {  # net: (eager ratio, recorded ratio, eager floor, recorded floor)
    "512x10-64-2": (3, 4, 1.4, 1.1),
    "1x2-16-2": (12, 40, None, 3),
    "64x64-32-10": (5, 8, 1.5, 1.15),
    "64x784-128-10": (1.4, 1.4, 1.1, 1.1),
    "4096x64x6": (1.5, 1.5, 1.1, 1.1),
    "256x1024x3": (1.05, 1.05, 1.05, 1.05),
}
EAGER_SECONDS = {"unary": 120e-9, "binary": 120e-9, "unary_forward_backward": 350e-9}


class Target:
    """At least `ratio` times libtorch's speed, at most `floor` times the floor's time and `seconds`."""

    def __init__(self, ratio=None, floor=None, seconds=None):
        self.ratio, self.floor, self.seconds = ratio, floor, seconds

    def text(self):
        parts = []
        if self.ratio:
            parts.append(f"≥ {self.ratio:g}×")
        if self.floor:
            parts.append(f"≤ {self.floor:g} floors")
        if self.seconds:
            parts.append(f"≤ {self.seconds * 1e9:.0f} ns")
        return ", ".join(parts)

    def verdict(self, ratio, floor, seconds):
        """"yes", "in part" where not all could be measured, or what is missed; empty where nothing was asked."""
        pairs = [("ratio", self.ratio, ratio, lambda asked, got: got >= asked),
                 ("floor", self.floor, floor, lambda asked, got: got <= asked),
                 ("time", self.seconds, seconds, lambda asked, got: got <= asked)]
        asked = [pair for pair in pairs if pair[1]]
        measured = [pair for pair in asked if pair[2]]
        missed = [name for name, limit, got, holds in measured if not holds(limit, got)]
        if not measured:
            return ""
        return "no: " + ", ".join(missed) if missed else "yes" if len(measured) == len(asked) else "in part"


def target_of(name):
    parts = name.split("/")
    if parts[0] in ("forward", "forward_backward") and parts[1] == "tanh":
        beyond = int(parts[2]) > IN_CACHE_MOST
        if parts[0] == "forward":
            return Target(2 if beyond else 3.5, 1.1)
        return Target(1.5 if beyond else 3, 1.3)
    if parts[0] == "eager" and parts[1] != "chain_of_1000":
        return Target(6, seconds=EAGER_SECONDS.get(parts[1]))
    if parts[0] == "step" and parts[1] in STEPS and parts[2] in ("plain", "recorded"):
        recorded = parts[2] == "recorded"
        return Target(STEPS[parts[1]][recorded], STEPS[parts[1]][2 + recorded])
    return Target()


def without_mode(name):
    """libtorch has no recorded steps and no floors: those are held against its plain step."""
    return re.sub(r"^(step|memory)/(.*)/(recorded|floor)/", r"\1/\2/plain/", name)


def floor_row(name):
    if name.startswith("step/"):
        return None if "/floor/" in name else re.sub(r"/(plain|recorded)/", "/floor/", name)
    return f"floor/{name}"
