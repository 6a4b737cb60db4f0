#!/usr/bin/env python3
"""Writes the methods that repeat free functions, from the headers of core/ops.

    core/ops/generate_methods.py [--check]

A free function whose first parameter is `const Tensor& self` is also a method; in a header whose
first comment says "has an in-place form", or where its own comment says "In place, too.", it has one,
name_(), too. If it computes one tensor, it also is a function name_out() that writes to one. What core/tensor/tensor.h
declares by hand stays as it is there. Written are core/tensor/methods.h, core/ops/methods.cpp, core/ops/out_forms.h and core/ops/out_forms.cpp;
--check only compares them with what is there.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FUNCTION = re.compile(r"^(?:inline )?([\w:<>, ]+?) (\w+)\(const Tensor& self(?:, (.*?))?\)(?:;| \{)", re.M | re.S)


def split(parameters):
    """At the commas outside of brackets."""
    parts, depth = [""], 0
    for c in parameters:
        depth += (c in "<({") - (c in ">)}")
        if c == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += c
    return [" ".join(part.split()) for part in parts if part.strip()]


def name_of(parameter):
    return re.match(r".*?(\w+)$", parameter.split("=")[0].strip())[1]


def without_default(parameter):
    return parameter.split("=")[0].strip()


def comment_of(text, position):
    """The comment above the declarations that the one at `position` stands among."""
    lines = text[:position].split("\n")[:-1]
    while lines and lines[-1] and not lines[-1].startswith("//"):
        lines.pop()
    comment = []
    while lines and lines[-1].startswith("//"):
        comment.insert(0, lines.pop().lstrip("/ "))
    return " ".join(comment)


def functions(text):
    """(result, name, parameters, has an in-place form); an operand is a tensor or a number."""
    all_in_place = "has an in-place form" in " ".join(text.split("#pragma once")[0].replace("//", "").split())
    for match in FUNCTION.finditer(text):
        result, name, parameters = match.groups(default="")
        in_place = all_in_place or "In place, too." in comment_of(text, match.start())
        parameters = split(parameters)
        kinds = ("const Tensor&", "Scalar") if any("Operand&" in p for p in parameters) else ("",)
        for kind in kinds:
            chosen = [p.replace("const Operand&", kind) for p in parameters]
            # Tensor is incomplete there: a tensor that may be left out makes two methods.
            for i, p in enumerate(chosen):
                if "Tensor" in p and "=" in p:
                    yield result, name, chosen[:i], in_place
                    chosen[:i + 1] = map(without_default, chosen[:i + 1])
            yield result, name, chosen, in_place


# Headers of functions that compute; the others' are views and rearrangements.
COMPUTE = ("elementwise", "pointwise", "reduce", "statistics", "softmax", "matmul", "products", "scatter", "indexing")
HEAD = "// {} Written by core/ops/generate_methods.py.\n"


def formatted(text, path):
    return subprocess.run(["clang-format-14", f"--assume-filename={path}"], input=text, cwd=ROOT, text=True,
                          check=True, capture_output=True).stdout


def generated():
    by_hand = (ROOT / "core/tensor/tensor.h").read_text()
    written = lambda name: re.search(rf"[ &]{name}\(", re.sub(r"//.*", "", by_hand).replace("::" + name, ""))
    header, source, out_header, out_source = [], [], [], []
    includes = []
    for path in sorted((ROOT / "core/ops").glob("*.h")):
        text = path.read_text()
        found = list(functions(text))
        lines = []
        for result, name, parameters, in_place in found:
            arguments = ["self()", *map(name_of, parameters)]
            bare = ", ".join(map(without_default, parameters))
            if path.stem in COMPUTE and result == "Tensor":
                all_out = ["const Tensor& out", "const Tensor& self"]
                out_header.append(f"const Tensor& {name}_out({', '.join([*all_out, *parameters])});")
                values = ", ".join(["self", *map(name_of, parameters)])
                bare_out = ", ".join([*all_out, *map(without_default, parameters)])
                out_source.append(f"const Tensor& {name}_out({bare_out}) {{ return write_out(\"{name}_out\", out, "
                                  f"[&] {{ return {name}({values}); }}); }}")
            if not written(name):
                lines.append(f"  {result} {name}({', '.join(parameters)}) const;")
                source.append(f"{result} TensorMethods::{name}({bare}) const {{ return tandem::{name}({', '.join(arguments)}); }}")
            if in_place and result == "Tensor" and not name.startswith("is") and not written(name + "_"):
                arguments[0] = "x"
                lines.append(f"  const Tensor& {name}_({', '.join(parameters)}) const;")
                source.append(f"const Tensor& TensorMethods::{name}_({bare}) const {{ return write_in_place(\"{name}_\", self(), "
                              f"[&](const Tensor& x) {{ return tandem::{name}({', '.join(arguments)}); }}); }}")
        if lines:
            includes.append(f'#include "core/ops/{path.name}"')
            header += [f"  // ---- core/ops/{path.name} ----", *lines]
    header = "\n".join([
        HEAD.format("The methods of Tensor that repeat free functions of core/ops, which say what they do.") +
        "#pragma once\n", "#include <optional>", "#include <string>", "#include <tuple>", "#include <vector>\n",
        '#include "core/base/dtype.h"', '#include "core/base/shape.h"\n', "namespace tandem {\n", "class Tensor;",
        "using TensorList = std::vector<Tensor>;", "using TensorPair = std::tuple<Tensor, Tensor>;\n", "/// The base of Tensor alone.", "class TensorMethods {",
        " public:", *header, "\n private:", "  const Tensor& self() const;", "};\n", "}  // namespace tandem\n"])
    source = "\n".join([
        HEAD.format("The methods of Tensor that repeat free functions."), *includes, '#include "core/ops/inplace.h"\n',
        "namespace tandem {\n",
        "const Tensor& TensorMethods::self() const { return static_cast<const Tensor&>(*this); }\n",
        *source, "\n}  // namespace tandem\n"])
    out_header = "\n".join([
        HEAD.format("Ops that write to a tensor that is there; without them the functions of core/ops say what they do.") +
        "#pragma once\n", '#include "core/tensor/tensor.h"\n', "namespace tandem {\n", *dict.fromkeys(out_header),
        "\n}  // namespace tandem\n"])
    out_source = "\n".join([
        HEAD.format("Ops that write to a tensor that is there."), '#include "core/ops/out_forms.h"\n', *includes,
        '#include "core/ops/inplace.h"\n', "namespace tandem {\n", *dict.fromkeys(out_source), "\n}  // namespace tandem\n"])
    return {"core/tensor/methods.h": header, "core/ops/methods.cpp": source, "core/ops/out_forms.h": out_header,
            "core/ops/out_forms.cpp": out_source}


wrong = []
for path, text in generated().items():
    text = formatted(text, path)
    file = ROOT / path
    if file.exists() and file.read_text() == text:
        continue
    wrong.append(path)
    if "--check" not in sys.argv:
        file.write_text(text)
print(f"not what core/ops/generate_methods.py writes: {', '.join(wrong)}" if "--check" in sys.argv and wrong else
      f"methods: {len(wrong)} files written" if wrong else "methods: up to date")
sys.exit(1 if "--check" in sys.argv and wrong else 0)
