#!/usr/bin/env python3
"""Checks include floors, file lengths, the program in the README, and that the gallery shows every
sample.   check_structure.py ROOT

Floors (README, "Where things are"): a file may include its own floor and those that its row lists.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
MOST_LINES = 400

# The floor of every folder.
FLOORS = {
    "core/base": 0,
    "core/rules": 1,
    "core/backend": 2,
    "cpu": 3,
    "cuda": 3,
    "core/tensor": 4,
    "core/autograd": 5,
    "core/ops": 6,
    "core/io": 6,
    "core": 6,
    "nn": 7,
    "samples": 8,
    "benchmarks": 8,
}
ALLOWED = {
    0: {0},
    1: {0, 1},
    2: {0, 1, 2},
    3: {0, 1, 2, 3},
    4: {0, 1, 2, 4},
    5: {0, 1, 2, 4, 5},
    6: {0, 1, 2, 4, 5, 6},
    7: {0, 1, 2, 4, 5, 6, 7},
    8: {0, 1, 2, 4, 5, 6, 7, 8},
}

def floor_of(path):
    folders = path.split("/")[:-1]
    return FLOORS.get("/".join(folders[:2]), FLOORS.get(folders[0]))


def sources():
    for folder in ("core", "cpu", "cuda", "nn", "samples", "benchmarks", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".h", ".cpp", ".cu", ".cuh"):
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def python_sources():
    for folder in ("benchmarks", "docs", "samples", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text()


def included(path, text):
    return re.findall(r'^#include "((?:core|cpu|cuda|nn|samples)/[^"]+)"', text, re.M)


def check_floors(path, text):
    own = floor_of(path)
    if own is None:
        return
    for target in included(path, text):
        other = floor_of(target)
        crosses = other == 3 and own == 3 and path.split("/")[0] != target.split("/")[0]
        if (other not in ALLOWED[own] or crosses):
            yield f"{path}: floor {own} may not include {target} (floor {other})"
    cuda_headers = re.search(r"^#include (<cu|<thrust|\"cu(da_|blas))", text, re.M)
    if cuda_headers and not path.startswith(("cuda/", "tests/cuda_emulation/")):
        yield f"{path}: CUDA headers are named only under cuda/"
    if re.search(r"^#\s*if", text, re.M) and path.split("/")[0] in ("core", "cpu", "nn") and path != "core/base/macros.h":
        yield f"{path}: conditional compilation belongs into core/base/macros.h"


def check_length(path, text):
    lines = text.count("\n")
    if lines > MOST_LINES and "generate_methods.py" not in text[:300]:
        yield f"{path}: {lines} lines, at most {MOST_LINES}"


def check_public_headers(files):
    """A program that includes <tandem/tandem.h> compiles no backend and no implementation type."""
    internal = {"core/backend/calls.h", "core/backend/backend.h", "core/backend/gpu_backend.h",
                "core/backend/loop_plan.h", "core/tensor/tensor_impl.h", "core/autograd/node.h"}
    seen, waiting = {}, [("core/core.h", None), ("nn/nn.h", None)]
    while waiting:
        path, by = waiting.pop()
        if path in seen:
            continue
        seen[path] = by
        if path in internal:
            yield f"{path}: is not for public headers, but {by} includes it"
        waiting += [(target, path) for target in included(path, files[path])]


def check_purpose(path, text):
    if path.split("/")[0] in ("core", "cpu", "cuda", "nn") and not text.startswith("//"):
        yield f"{path}: begins with one line of purpose"


def check_readme():
    """A code block after <!-- quoted: FILE --> equals the text between that file's [readme] marks."""
    readme = (ROOT / "README.md").read_text()
    blocks = re.findall(r"<!-- quoted: (\S+) -->\n```cpp\n(.*?)```", readme, re.S)
    if not blocks:
        yield "README.md: no quoted program"
    for name, block in blocks:
        parts = (ROOT / name).read_text().split("// [readme]\n")
        if len(parts) != 3 or parts[1].strip() != block.strip():
            yield f"README.md: the program differs from {name} between its [readme] marks"


def check_gallery():
    """samples/list.txt, the sources of the samples and docs/gallery.md name the same samples and pictures."""
    entries = re.findall(r"^([a-z_]+): (.+)$", (ROOT / "samples/list.txt").read_text(), re.M)
    sources_there = {path.stem for path in (ROOT / "samples").glob("*.cpp")}
    if {name for name, _ in entries} != sources_there:
        yield f"samples/list.txt: differs from the sources in {sorted(sources_there ^ {name for name, _ in entries})}"
    page = (ROOT / "docs/gallery.md").read_text()
    sections = [(name, text[0].upper() + text[1:] + ".") for name, text in entries]
    if re.findall(r"^## (\S+)\n\n(.+)\n", page, re.M) != sections:
        yield "docs/gallery.md: is not the list of samples; run docs/make_gallery"
    shown = set(re.findall(r"\]\(gallery/(\S+)\)", page))
    there = {path.name for path in (ROOT / "docs/gallery").iterdir()}
    if shown != there:
        yield f"docs/gallery.md: its pictures differ from docs/gallery/ in {sorted(shown ^ there)}"


problems = [*check_readme(), *check_gallery(), *check_public_headers(dict(sources()))]
for path, text in sources():
    problems += [*check_floors(path, text), *check_length(path, text), *check_purpose(path, text)]
for path, text in python_sources():
    problems += check_length(path, text)
root_lists = (ROOT / "CMakeLists.txt").read_text().count("\n")
if root_lists > 150:
    problems.append(f"CMakeLists.txt: {root_lists} lines, at most 150")
print("\n".join(problems) or "floors, lengths, README and gallery hold")
sys.exit(1 if problems else 0)
