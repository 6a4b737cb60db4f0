// Ways to lay out, join and cut tensors, composed of views and cat.
#include "core/ops/shape_ops.h"

#include "core/ops/elementwise.h"
#include "core/ops/factories.h"

namespace tandem {

// ---- other arrangements ----

Tensor movedim(const Tensor& self, const Shape& source, const Shape& destination) {
  const int rank = self.sizes().rank();
  check(source.rank() == destination.rank(), "movedim: got ", source.rank(), " dimensions ", source,
        " for ", destination.rank(), " places ", destination);
  Shape order = Shape::filled(rank, -1);  // of the result's dimensions
  bool moved[max_rank] = {};
  for (int i = 0; i < source.rank(); ++i) {
    const int from = wrap_dim("movedim", source[i], rank),
              to = wrap_dim("movedim", destination[i], rank);
    check(!moved[from] && order[to] == -1, "movedim: a dimension appears twice in ", source, " or ",
          destination);
    moved[from] = true;
    order[to] = from;
  }
  int next = 0;
  for (int to = 0; to < rank; ++to) {
    if (order[to] != -1) continue;
    while (moved[next]) ++next;
    order[to] = next++;
  }
  return self.permute(order);
}
Tensor movedim(const Tensor& self, std::int64_t source, std::int64_t destination) {
  return movedim(self, Shape{source}, Shape{destination});
}

Tensor unflatten(const Tensor& self, std::int64_t dim, const Shape& sizes) {
  check(sizes.rank() > 0, "unflatten: needs at least one size");
  const int d = wrap_dim("unflatten", dim, self.sizes().rank());
  std::int64_t known = 1, unknown = 0;
  for (std::int64_t size : sizes) {
    if (size == -1)
      ++unknown;
    else
      known *= size;
  }
  Shape wide = self.sizes();
  wide.erase(d);
  const std::int64_t rest = known > 0 ? self.size(d) / known : 0;  // in place of -1
  for (int i = sizes.rank() - 1; i >= 0; --i) wide.insert(d, sizes[i] == -1 ? rest : sizes[i]);
  check(unknown == 0 ? known == self.size(d)
                     : known > 0 && unknown == 1 && rest * known == self.size(d),
        "unflatten: the sizes ", sizes, " do not divide dimension ", dim, " of ", self.describe());
  return self.view(wide);
}

Tensor roll(const Tensor& self, const Shape& shifts, const Shape& dims) {
  if (dims.rank() == 0) {
    check(shifts.rank() == 1, "roll: expected one shift without dimensions, got ", shifts);
    return roll(self.reshape({-1}), shifts, {0}).reshape(self.sizes());
  }
  check(shifts.rank() == dims.rank(), "roll: got ", shifts.rank(), " shifts ", shifts, " for ",
        dims.rank(), " dimensions ", dims);
  Tensor out = self;
  for (int i = 0; i < dims.rank(); ++i) {
    const std::int64_t n = self.dim() == 0 ? 0 : out.size(dims[i]);
    if (n == 0) continue;
    const std::int64_t from_end = ((shifts[i] % n) + n) % n;
    out = cat({out.narrow(dims[i], n - from_end, from_end), out.narrow(dims[i], 0, n - from_end)},
              dims[i]);
  }
  return out.is_alias_of(self) ? out.clone() : out;
}

Tensor tile(const Tensor& self, const Shape& repeats) {
  Shape all = repeats;
  while (all.rank() < self.sizes().rank()) all.insert(0, 1);
  return repeat(self, all);
}

Tensor fliplr(const Tensor& self) {
  check(self.dim() >= 2, "fliplr: expected at least two dimensions, got ", self.describe());
  return flip(self, {1});
}
Tensor flipud(const Tensor& self) {
  check(self.dim() >= 1, "flipud: expected at least one dimension, got ", self.describe());
  return flip(self, {0});
}

Tensor rot90(const Tensor& self, std::int64_t k, const Shape& dims) {
  check(dims.rank() == 2 && self.dim() >= 2, "rot90: expected a plane of two dimensions, got ",
        dims, " of ", self.describe());
  const int first = wrap_dim("rot90", dims[0], self.sizes().rank()),
            second = wrap_dim("rot90", dims[1], self.sizes().rank());
  check(first != second, "rot90: the dimensions of a plane differ, got ", dims);
  switch (((k % 4) + 4) % 4) {
    case 1:
      return flip(self, {second}).transpose(first, second);
    case 2:
      return flip(self, {first, second});
    case 3:
      return flip(self, {first}).transpose(first, second);
    default:
      return self.clone();
  }
}

Tensor diag_embed(const Tensor& self, std::int64_t offset, std::int64_t dim1, std::int64_t dim2) {
  const int rank = self.sizes().rank() + 1;
  check(self.dim() >= 1, "diag_embed: expected at least one dimension, got ", self.describe());
  const int first = wrap_dim("diag_embed", dim1, rank), second = wrap_dim("diag_embed", dim2, rank);
  check(first != second, "diag_embed: the dimensions must differ, got ", dim1, " and ", dim2);
  const std::int64_t n = self.size(-1) + std::abs(offset);
  Shape shape = self.sizes();
  shape.erase(shape.rank() - 1);
  shape.insert(std::min(first, second), n);
  shape.insert(std::max(first, second), n);
  Tensor out = zeros(shape, self.options());
  out.diagonal(offset, first, second).copy_(self);
  return out;
}

Tensor diag(const Tensor& self, std::int64_t diagonal) {
  check(self.dim() == 1 || self.dim() == 2, "diag: expected a vector or a matrix, got ",
        self.describe());
  return self.dim() == 1 ? diag_embed(self, diagonal) : self.diagonal(diagonal).clone();
}
Tensor diagflat(const Tensor& self, std::int64_t offset) {
  return diag_embed(self.reshape({-1}), offset);
}

// ---- joining and cutting ----

Tensor atleast_1d(const Tensor& x) { return x.dim() == 0 ? x.reshape({1}) : x; }
Tensor atleast_2d(const Tensor& x) { return x.dim() >= 2 ? x : atleast_1d(x).unsqueeze(0); }
Tensor atleast_3d(const Tensor& x) { return x.dim() >= 3 ? x : atleast_2d(x).unsqueeze(-1); }

namespace {

template <class Widen> TensorList widened(const TensorList& tensors, const Widen& widen) {
  TensorList result;
  for (const Tensor& x : tensors) result.push_back(widen(x));
  return result;
}

void check_vectors(const char* op, const TensorList& tensors) {
  check(!tensors.empty(), op, ": got no tensor");
  for (const Tensor& x : tensors) check(x.dim() <= 1, op, ": expected vectors, got ", x.describe());
}

}  // namespace

Tensor hstack(const TensorList& tensors) {
  const TensorList wide = widened(tensors, atleast_1d);
  return cat(wide, !wide.empty() && wide[0].dim() == 1 ? 0 : 1);
}
Tensor vstack(const TensorList& tensors) { return cat(widened(tensors, atleast_2d), 0); }
Tensor dstack(const TensorList& tensors) { return cat(widened(tensors, atleast_3d), 2); }
Tensor column_stack(const TensorList& tensors) {
  return cat(widened(tensors,
                     [](const Tensor& x) {
                       return x.dim() <= 1 ? x.reshape({x.numel(), 1}) : x;
                     }),
             1);
}

std::vector<Tensor> broadcast_tensors(const TensorList& tensors) {
  Shape shape;
  for (const Tensor& x : tensors) shape = broadcast_shapes("broadcast_tensors", shape, x.sizes());
  return widened(tensors,
                 [&](const Tensor& x) { return x.sizes() == shape ? x : x.expand(shape); });
}

std::vector<Tensor> meshgrid(const TensorList& tensors, const std::string& indexing) {
  check_vectors("meshgrid", tensors);
  check(indexing == "ij" || indexing == "xy", "meshgrid: indexing must be \"ij\" or \"xy\", got \"",
        indexing, "\"");
  for (const Tensor& x : tensors)
    check(x.dtype() == tensors[0].dtype(), "meshgrid: expected vectors of one dtype, got ",
          tensors[0].describe(), " and ", x.describe());
  TensorList vectors = widened(tensors, atleast_1d);
  const bool swapped = indexing == "xy" && vectors.size() >= 2;
  if (swapped) std::swap(vectors[0], vectors[1]);
  const int rank = static_cast<int>(vectors.size());
  Shape shape;
  for (const Tensor& x : vectors) shape.push_back(x.size(0));
  TensorList grids;
  for (int d = 0; d < rank; ++d) {
    const Tensor& vector = vectors[static_cast<std::size_t>(d)];
    const Tensor grid = vector.reshape(Shape::along(rank, d, shape[d])).expand(shape);
    grids.push_back(swapped ? grid.transpose(0, 1) : grid);
  }
  if (swapped) std::swap(grids[0], grids[1]);
  return grids;
}

Tensor cartesian_prod(const TensorList& tensors) {
  check_vectors("cartesian_prod", tensors);
  for (const Tensor& x : tensors)
    check(x.dim() == 1, "cartesian_prod: expected vectors, got ", x.describe());
  if (tensors.size() == 1) return tensors[0].clone();
  return stack(widened(meshgrid(tensors), [](const Tensor& x) { return x.flatten(); }), 1);
}

Tensor block_diag(const TensorList& tensors) {
  const TensorList blocks = widened(tensors, atleast_2d);
  std::int64_t columns = 0, before = 0;
  for (const Tensor& block : blocks) {
    check(block.dim() == 2, "block_diag: expected matrices, got ", block.describe());
    columns += block.size(1);
  }
  return cat(
      widened(blocks,
              [&](const Tensor& block) {
                const std::int64_t rows = block.size(0), after = columns - before - block.size(1);
                Tensor row = cat(
                    {block.new_zeros({rows, before}), block, block.new_zeros({rows, after})}, 1);
                before += block.size(1);
                return row;
              }),
      0);
}

std::vector<Tensor> split_with_sizes(const Tensor& self, const std::vector<std::int64_t>& sizes,
                                     std::int64_t dim) {
  return self.split(sizes, dim);
}

std::vector<Tensor> tensor_split(const Tensor& self, const std::vector<std::int64_t>& indices,
                                 std::int64_t dim) {
  const std::int64_t n = self.size(dim);
  std::vector<Tensor> parts;
  std::int64_t begin = 0;
  for (std::int64_t end : indices) {
    parts.push_back(self.slice(dim, begin, end));
    begin = end;
  }
  parts.push_back(self.slice(dim, begin, n));
  return parts;
}
std::vector<Tensor> tensor_split(const Tensor& self, std::int64_t sections, std::int64_t dim) {
  check(sections > 0, "tensor_split: expected at least one section, got ", sections);
  const std::int64_t n = self.size(dim), length = n / sections, longer = n % sections;
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 1; i < sections; ++i) indices.push_back(i * length + std::min(i, longer));
  return tensor_split(self, indices, dim);
}

namespace {

/// How hsplit and its kind cut: `sections` is a number or a list of indices.
template <class Sections> std::vector<Tensor> split_along(const char* op, const Tensor& self,
                                                          const Sections& sections, int dim,
                                                          int least_rank) {
  check(self.dim() >= least_rank, op, ": expected at least ", least_rank, " dimensions, got ",
        self.describe());
  if constexpr (std::is_same_v<Sections, std::int64_t>)
    check(sections > 0 && self.size(dim) % sections == 0, op, ": ", sections,
          " sections do not divide dimension ", dim, " of ", self.describe());
  return tensor_split(self, sections, dim);
}

/// `self` copied, with `source` written into the view of the copy.
template <class View>
Tensor with_view(const char* op, const Tensor& self, const Tensor& source, const View& view) {
  Tensor copy = self.clone();
  const Tensor part = view(copy);
  check(part.sizes() == source.sizes(), op, ": the source ", source.describe(), " does not fit ",
        part.describe());
  part.copy_(source);
  return copy;
}

}  // namespace

std::vector<Tensor> hsplit(const Tensor& self, std::int64_t sections) {
  return split_along("hsplit", self, sections, self.dim() == 1 ? 0 : 1, 1);
}
std::vector<Tensor> hsplit(const Tensor& self, const std::vector<std::int64_t>& indices) {
  return split_along("hsplit", self, indices, self.dim() == 1 ? 0 : 1, 1);
}
std::vector<Tensor> vsplit(const Tensor& self, std::int64_t sections) {
  return split_along("vsplit", self, sections, 0, 2);
}
std::vector<Tensor> vsplit(const Tensor& self, const std::vector<std::int64_t>& indices) {
  return split_along("vsplit", self, indices, 0, 2);
}
std::vector<Tensor> dsplit(const Tensor& self, std::int64_t sections) {
  return split_along("dsplit", self, sections, 2, 3);
}
std::vector<Tensor> dsplit(const Tensor& self, const std::vector<std::int64_t>& indices) {
  return split_along("dsplit", self, indices, 2, 3);
}

Tensor slice_scatter(const Tensor& self, const Tensor& source, std::int64_t dim,
                     std::optional<std::int64_t> start, std::optional<std::int64_t> end,
                     std::int64_t step) {
  return with_view("slice_scatter", self, source,
                   [&](const Tensor& x) { return x.slice(dim, start, end, step); });
}
Tensor select_scatter(const Tensor& self, const Tensor& source, std::int64_t dim,
                      std::int64_t index) {
  return with_view("select_scatter", self, source,
                   [&](const Tensor& x) { return x.select(dim, index); });
}
Tensor diagonal_scatter(const Tensor& self, const Tensor& source, std::int64_t offset,
                        std::int64_t dim1, std::int64_t dim2) {
  return with_view("diagonal_scatter", self, source,
                   [&](const Tensor& x) { return x.diagonal(offset, dim1, dim2); });
}

Tensor flatten_dense_tensors(const TensorList& tensors) {
  TensorList flat;
  for (const Tensor& x : tensors) flat.push_back(x.reshape({-1}));
  return cat(flat);
}
std::vector<Tensor> unflatten_dense_tensors(const Tensor& flat, const TensorList& tensors) {
  std::int64_t begin = 0, count = 0;
  for (const Tensor& x : tensors) count += x.numel();
  check(flat.dim() == 1 && flat.numel() >= count, "unflatten_dense_tensors: ", flat.describe(),
        " holds fewer than the ", count, " elements of the tensors");
  std::vector<Tensor> parts;
  for (const Tensor& x : tensors) {
    parts.push_back(flat.narrow(0, begin, x.numel()).view(x.sizes()));
    begin += x.numel();
  }
  return parts;
}

Tensor combinations(const Tensor& self, std::int64_t r, bool with_replacement) {
  check(self.dim() == 1 && r >= 0, "combinations: expected a vector and a number of elements, got ",
        self.describe(), " and ", r);
  if (r == 0) return self.slice(0, 0, 0);
  const auto positions = meshgrid(
      TensorList(static_cast<std::size_t>(r), arange(self.numel(), self.options().dtype(kInt64))));
  Tensor rising = ones(positions[0].sizes(), self.options().dtype(kBool));
  for (std::size_t i = 1; i < positions.size(); ++i)
    rising = logical_and(rising, with_replacement ? positions[i - 1] <= positions[i]
                                                  : positions[i - 1] < positions[i]);
  TensorList columns;
  for (const Tensor& position : positions)
    columns.push_back(self.index_select(0, masked_select(position, rising)));
  return stack(columns, 1);
}

Tensor vander(const Tensor& x, std::optional<std::int64_t> N, bool increasing) {
  const std::int64_t count = N.value_or(x.dim() == 1 ? x.numel() : 0);
  check(x.dim() == 1 && count >= 0, "vander: expected a vector and a number of columns, got ",
        x.describe(), " and ", count);
  // The powers as products, one after another, as PyTorch's.
  TensorList columns;
  Tensor power = ones(x.sizes(), x.options().dtype(x.is_floating_point() ? x.dtype() : kInt64));
  for (std::int64_t i = 0; i < count; ++i, power = power * x) columns.push_back(power);
  if (columns.empty()) return zeros({x.numel(), 0}, power.options());
  if (!increasing) std::reverse(columns.begin(), columns.end());
  return stack(columns, 1);
}

Tensor tril_indices(std::int64_t rows, std::int64_t columns, std::int64_t offset) {
  return nonzero(tril(ones({rows, columns}, kBool), offset)).t().contiguous();
}
Tensor triu_indices(std::int64_t rows, std::int64_t columns, std::int64_t offset) {
  return nonzero(triu(ones({rows, columns}, kBool), offset)).t().contiguous();
}

}  // namespace tandem
