"""What compare and compare_gpu share: rows of measurements, Google Benchmark's JSON, tables."""
import datetime
import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent


def output_of(*command):
    """What a command prints, or nothing if it fails or is not there."""
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def fail(text, code=1):
    print(f"{pathlib.Path(sys.argv[0]).name}: {text}", file=sys.stderr)
    sys.exit(code)


class Rows:
    """Seconds and counters of every row in every run."""

    def __init__(self):
        self.seconds, self.counters, self.errors = {}, {}, {}
        self.disturbances = {}  # how many of a row's runs shared the machine

    def add(self, name, seconds, counters=None):
        self.seconds.setdefault(name, []).append(seconds)
        for counter, value in (counters or {}).items():
            self.counters.setdefault(name, {}).setdefault(counter, []).append(value)

    def add_google(self, output, counters, one_thread_by_cpu=False, disturbed=False):
        """Rows of Google Benchmark's JSON; returns its context. With `one_thread_by_cpu` a row of one thread takes
        the process's CPU time, which is the wall's on an idle machine and leaves out what other programs take.
        `disturbed` says that they took some."""
        result = json.loads(output)
        for entry in result["benchmarks"]:
            name = re.sub(r"/iterations:\d+|/process_time|/real_time|/manual_time", "", entry["name"])
            if entry.get("error_occurred"):
                self.errors[name] = entry.get("error_message", "failed")
                continue
            by_cpu = one_thread_by_cpu and name.endswith("/threads:1") and entry["cpu_time"] > 0
            taken = entry["cpu_time" if by_cpu else "real_time"]
            found = {counter: entry[counter] for counter in counters if counter in entry}
            for counter in found:
                if counter.endswith("/s"):
                    found[counter] *= entry["real_time"] / taken  # Google Benchmark divided by the real time
            if disturbed and not by_cpu:
                self.disturbances[name] = self.disturbances.get(name, 0) + 1
            self.add(name, taken * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[entry["time_unit"]], found)
        return result["context"]

    def names(self):
        return list(dict.fromkeys([*self.seconds, *self.errors]))

    def time(self, name):
        return statistics.median(self.seconds[name]) if name in self.seconds else None

    def counter(self, name, counter):
        values = self.counters.get(name, {}).get(counter)
        return statistics.median(values) if values else None

    def best(self, name, counter):
        """The largest of all runs: a peak is what was reached once."""
        return max(self.counters.get(name, {}).get(counter, []), default=None)

    def disturbed(self, name):
        """Whether the median may be a run that other programs slowed down."""
        return 2 * self.disturbances.get(name, 0) >= max(1, len(self.seconds.get(name, [])))

    def as_json(self):
        return {"seconds": self.seconds, "counters": self.counters, "errors": self.errors}


def seconds_text(seconds):
    if seconds is None:
        return ""
    if seconds < 1e-6:
        return f"{seconds * 1e9:.0f} ns"
    if seconds < 1e-3:
        return f"{seconds * 1e6:.4g} µs"
    return f"{seconds * 1e3:.4g} ms"


def time_text(rows, name):
    if name in rows.errors:
        return "failed"
    seconds = rows.time(name)
    if seconds is None:
        return ""
    # Runs that disagree say how far to trust the row.
    spread = (max(rows.seconds[name]) - min(rows.seconds[name])) / seconds
    return seconds_text(seconds) + (f" ± {50 * spread:.0f} %" if spread > 0.1 else "")


def number(value, form=".0f"):
    return "" if value is None else format(value, form)


def percent(part, whole):
    return "" if not part or not whole else f"{100 * part / whole:.0f} %"


def ratio(peer, own):
    return "" if not peer or not own else f"{peer / own:.2f}"


def table(header, lines):
    yield "| " + " | ".join(header) + " |"
    yield "|---" + "|---:" * (len(header) - 1) + "|"
    for line in lines:
        yield "| " + " | ".join(line) + " |"
    yield ""


class OthersWatch:
    """How many cores programs other than our children keep busy, from /proc/stat."""

    def __init__(self):
        self.begin = self.read()

    @staticmethod
    def read():
        fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
        busy = (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")  # all but idle and waiting for disks
        own = resource.getrusage(resource.RUSAGE_CHILDREN)
        return busy - own.ru_utime - own.ru_stime, time.monotonic()

    def cores(self):
        (busy, now), (busy_before, before) = self.read(), self.begin
        taken = busy - busy_before - 0.03  # the kernel counts in steps of 10 ms
        return max(taken, 0.0) / max(now - before, 1e-3)


def commit():
    head = output_of("git", "rev-parse", "--short", "HEAD") or "unknown"
    return head + (" with changes" if output_of("git", "status", "--porcelain") else "")


def write_result(machine, text):
    """Into benchmarks/results/<machine>-<date>.md."""
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    slug = re.sub(r"[^a-z0-9]+", "-", machine.lower()).strip("-") or "unknown"
    path = folder / f"{slug}-{datetime.date.today()}.md"
    path.write_text(text)
    print(f"written to {path.relative_to(ROOT)}")
