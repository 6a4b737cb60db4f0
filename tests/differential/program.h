// Random programs with PyTorch's answers, as programs.py writes them: one JSON object a line.
//
// - name: "SEED/NUMBER"
// - in: [name, array, requires_grad, order, step] of each input; its dimensions lie in memory in
//   `order`, from the outermost to the innermost, which has the stride `step`
// - lines: `name = expression` or `tensor.method_(arguments)`, in Python
// - errors: the numbers of the lines that PyTorch refuses; they have no effect
// - tolerance: [rtol, atol] of every number; second gradients have ten times as much
// - out: name -> array, after the last line, of every variable; null for an input that is as given
// - alias: the pairs of variables that share memory
// - requires_grad: the variables that do
// - roots: the variables that gradients are taken of, in order; absent if there are none
// - grad: leaf -> array or null, or "error"
// - second: the same of the gradients named in second_roots
//
// An array is {dtype, shape, values, skip}: numbers separated by spaces, and the flat positions
// that rounding decides. The upstream gradient of element i is 0.5 + (37 i mod 100) / 100.
#pragma once

#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/device.h"

namespace tandem::differential {

using Json = nlohmann::json;

/// What Tandem does otherwise than PyTorch did, a line for each thing; empty if they agree.
std::vector<std::string> disagreements(const Json& program, const Device& device);

/// The programs of a file. Throws IoError if it cannot be read or is malformed.
std::vector<Json> read_programs(const std::string& path);

/// The program and its inputs as Python, to look at.
void print_program(std::ostream& out, const Json& program);

}  // namespace tandem::differential
