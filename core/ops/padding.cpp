// Padding: constants are joined to the tensor, everything else is a choice of indices.
#include "core/ops/padding.h"

#include <algorithm>

#include "core/ops/cat.h"
#include "core/ops/factories.h"
#include "core/ops/indexing.h"

namespace tandem {

namespace {

/// The element of [0, n) that position i shows, where i may lie outside.
std::int64_t shown(const std::string& mode, std::int64_t i, std::int64_t n) {
  if (mode == "replicate") return std::clamp<std::int64_t>(i, 0, n - 1);
  if (mode == "circular") return (i + n) % n;
  return i < 0 ? -i : (i >= n ? 2 * (n - 1) - i : i);
}

Tensor constant_along(const Tensor& x, int dim, std::int64_t before, std::int64_t after,
                      double value) {
  const std::int64_t n = x.size(dim), begin = std::max<std::int64_t>(0, -before),
                     end = n - std::max<std::int64_t>(0, -after);
  check(begin <= end, "pad: ", before, " and ", after, " cut more than the ", n,
        " elements of dimension ", dim, " of ", x.describe());
  const auto filled = [&](std::int64_t count) {
    Shape shape = x.sizes();
    shape[static_cast<std::size_t>(dim)] = std::max<std::int64_t>(0, count);
    return full(shape, value, x.options().requires_grad(false));
  };
  return cat({filled(before), x.slice(dim, begin, end), filled(after)}, dim);
}

Tensor shown_along(const std::string& mode, const Tensor& x, int dim, std::int64_t before,
                   std::int64_t after) {
  const std::int64_t n = x.size(dim), most = std::max(before, after),
                     room = mode == "reflect"    ? n - 1
                            : mode == "circular" ? n
                                                 : most;
  check(n > 0 && most <= room && n + before + after >= 0, "pad: ", mode, " of ", before, " and ",
        after, " does not fit dimension ", dim, " of ", x.describe());
  std::vector<std::int64_t> indices;
  for (std::int64_t i = -before; i < n + after; ++i) indices.push_back(shown(mode, i, n));
  return x.index_select(dim, tensor(indices, TensorOptions(kInt64).device(x.device())));
}

}  // namespace

Tensor pad(const Tensor& self, const Shape& pad, const std::string& mode, double value) {
  check(pad.size() % 2 == 0 && pad.rank() / 2 <= self.dim(), "pad: ", pad,
        " is not a pair for each of some dimensions of ", self.describe());
  check(mode == "constant" || mode == "reflect" || mode == "replicate" || mode == "circular",
        "pad: the mode must be constant, reflect, replicate or circular, got ", mode);
  Tensor out = self;
  for (std::size_t i = 0; i < pad.size(); i += 2) {
    const int dim = self.dim() - 1 - static_cast<int>(i / 2);
    if (pad[i] == 0 && pad[i + 1] == 0) continue;
    out = mode == "constant" ? constant_along(out, dim, pad[i], pad[i + 1], value)
                             : shown_along(mode, out, dim, pad[i], pad[i + 1]);
  }
  return out.is_same(self) ? self.clone() : out;
}

Tensor pad_sequence(const TensorList& sequences, bool batch_first, double value,
                    const std::string& padding_side) {
  check(!sequences.empty(), "pad_sequence: received an empty list of sequences");
  check(padding_side == "right" || padding_side == "left",
        "pad_sequence: padding_side should be 'right' or 'left', got '", padding_side, "'");
  std::int64_t longest = 0;
  for (const Tensor& sequence : sequences) {
    check(sequence.defined() && sequence.dim() >= 1,
          "pad_sequence: a sequence has no dimension: ", sequence.describe());
    longest = std::max(longest, sequence.size(0));
  }
  TensorList padded;
  const bool left = padding_side == "left";
  for (const Tensor& sequence : sequences) {
    const std::int64_t missing = longest - sequence.size(0);
    padded.push_back(constant_along(sequence, 0, left ? missing : 0, left ? 0 : missing, value));
  }
  return stack(padded, batch_first ? 0 : 1);
}

}  // namespace tandem
