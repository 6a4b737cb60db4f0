"""Draws random programs and runs them in PyTorch. program.h describes the format.

programs.py check --runner R --programs N --seed S   runs N programs in Tandem too; shrinks what disagrees
programs.py write --runner R --programs N --seed S   writes programs with PyTorch's answers to stdout"""

import argparse
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import warnings

import torch

from answers import Input, Program, Run
from draw import drawn
from operations import templates_of

torch.set_num_threads(1)
warnings.filterwarnings("ignore")


def functions_of(runner):
    return subprocess.run([runner, "--ops"], check=True, capture_output=True, text=True).stdout.split()


def disagreeing(runner, answers):
    """The names of the programs that disagree, and what the runner printed."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write("\n".join(answers) + "\n")
        file.flush()
        result = subprocess.run([runner, file.name], capture_output=True, text=True)
    if result.returncode not in (0, 1):
        return [f"exit code {result.returncode}"], result.stdout + result.stderr
    return [l.split()[1] for l in result.stdout.splitlines() if l.startswith("FAILED ")], result.stdout


def variants(program):
    """The program with one thing less: a line, an input, a gradient, a stride."""
    def copy(inputs, lines):
        smaller = Program(program.name)
        smaller.inputs, smaller.lines = inputs, lines
        return smaller
    for i in reversed(range(len(program.lines))):
        yield copy(program.inputs, program.lines[:i] + program.lines[i + 1:])
    text = "\n".join(program.lines)
    for name, value in program.inputs.items():
        if name not in text:
            yield copy({k: v for k, v in program.inputs.items() if k != name}, program.lines)
        if value.leaf:
            plain = Input(value.dtype, value.shape, value.values, False, value.order, value.step)
            yield copy({**program.inputs, name: plain}, program.lines)
        if value.strides() != Input(value.dtype, value.shape, [], False).strides():
            dense = Input(value.dtype, value.shape, value.values, value.leaf)
            yield copy({**program.inputs, name: dense}, program.lines)


def shrunk(runner, program):
    """The smallest program found that still disagrees."""
    for smaller in variants(program):
        if Run(smaller).valid and disagreeing(runner, [smaller.answers()])[0]:
            return shrunk(runner, smaller)
    return program


def check_chunk(task):
    runner, templates, names = task
    templates = templates_of(templates)
    programs = {name: drawn(name, templates) for name in names}
    failed, output = disagreeing(runner, [p.answers() for p in programs.values()])
    reports = []
    for name in failed:
        if name not in programs:
            reports.append(output[-2000:])
            continue
        smallest = shrunk(runner, programs[name])
        reports.append(disagreeing(runner, [smallest.answers()])[1])
    return reports


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("check", "write"))
    parser.add_argument("--runner", required=True)
    parser.add_argument("--programs", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    names = [f"{options.seed}/{i}" for i in range(options.programs)]
    functions = functions_of(options.runner)
    templates = templates_of(functions)
    if options.command == "write":
        for name in names:
            print(drawn(name, templates).answers())
        return 0
    print(f"seed {options.seed}, {options.programs} programs over {len(templates)} functions", flush=True)
    chunks = [(options.runner, functions, names[i:i + 250]) for i in range(0, len(names), 250)]
    found = 0
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for reports in pool.imap(check_chunk, chunks):
            found += len(reports)
            for report in reports:
                print(report, flush=True)
    print(f"{options.programs - found} of {options.programs} programs agree with PyTorch {torch.__version__}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
