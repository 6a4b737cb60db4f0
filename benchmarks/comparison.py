"""What compare and compare_gpu share: rows of measurements, Google Benchmark's JSON, tables."""
import datetime
import json
import pathlib
import re
import statistics
import subprocess
import sys

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

    def add(self, name, seconds, counters=None):
        self.seconds.setdefault(name, []).append(seconds)
        for counter, value in (counters or {}).items():
            self.counters.setdefault(name, {}).setdefault(counter, []).append(value)

    def add_google(self, output, counters, one_thread_by_cpu=False):
        """Rows of Google Benchmark's JSON; returns its context. With `one_thread_by_cpu` a row of one thread takes
        the process's CPU time, which is the wall's on an idle machine and leaves out what other programs take."""
        result = json.loads(output)
        for entry in result["benchmarks"]:
            name = re.sub(r"/iterations:\d+|/process_time|/real_time|/manual_time", "", entry["name"])
            if entry.get("error_occurred"):
                self.errors[name] = entry.get("error_message", "failed")
                continue
            by_cpu = one_thread_by_cpu and name.endswith("/threads:1") and entry["cpu_time"] > 0
            time = entry["cpu_time" if by_cpu else "real_time"]
            found = {counter: entry[counter] for counter in counters if counter in entry}
            for counter in found:
                if counter.endswith("/s"):
                    found[counter] *= entry["real_time"] / time  # Google Benchmark divided by the real time
            self.add(name, time * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[entry["time_unit"]], found)
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
