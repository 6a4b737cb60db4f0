// Free functions for the views of Tensor, and further ways to lay out, join and cut tensors.
//
// A view shares its tensor's storage; what says nothing of a view may be one where that is
// possible. Dimensions are counted from the end where negative. All throw Error naming the op for
// shapes that do not fit.
#pragma once

#include "core/ops/cat.h"
#include "core/ops/indexing.h"

namespace tandem {

// ---- the methods of the same names ----
inline Tensor clone(const Tensor& x) { return x.clone(); }
inline Tensor detach(const Tensor& x) { return x.detach(); }
inline Tensor reshape(const Tensor& x, const Shape& shape) { return x.reshape(shape); }
inline Tensor flatten(const Tensor& x, std::int64_t start_dim = 0, std::int64_t end_dim = -1) {
  return x.flatten(start_dim, end_dim);
}
inline Tensor transpose(const Tensor& x, std::int64_t dim0, std::int64_t dim1) {
  return x.transpose(dim0, dim1);
}
inline Tensor t(const Tensor& x) { return x.t(); }
inline Tensor permute(const Tensor& x, const Shape& dims) { return x.permute(dims); }
inline Tensor squeeze(const Tensor& x) { return x.squeeze(); }
inline Tensor squeeze(const Tensor& x, std::int64_t dim) { return x.squeeze(dim); }
inline Tensor unsqueeze(const Tensor& x, std::int64_t dim) { return x.unsqueeze(dim); }
inline Tensor select(const Tensor& x, std::int64_t dim, std::int64_t index) {
  return x.select(dim, index);
}
inline Tensor slice(const Tensor& x, std::int64_t dim = 0, std::optional<std::int64_t> start = {},
                    std::optional<std::int64_t> end = {}, std::int64_t step = 1) {
  return x.slice(dim, start, end, step);
}
inline Tensor narrow(const Tensor& x, std::int64_t dim, std::int64_t start, std::int64_t length) {
  return x.narrow(dim, start, length);
}
inline Tensor diagonal(const Tensor& x, std::int64_t offset = 0, std::int64_t dim1 = 0,
                       std::int64_t dim2 = 1) {
  return x.diagonal(offset, dim1, dim2);
}
inline std::vector<Tensor> split(const Tensor& x, std::int64_t size, std::int64_t dim = 0) {
  return x.split(size, dim);
}
inline std::vector<Tensor> split(const Tensor& x, const std::vector<std::int64_t>& sizes,
                                 std::int64_t dim = 0) {
  return x.split(sizes, dim);
}
inline std::vector<Tensor> chunk(const Tensor& x, std::int64_t chunks, std::int64_t dim = 0) {
  return x.chunk(chunks, dim);
}
inline std::vector<Tensor> unbind(const Tensor& x, std::int64_t dim = 0) { return x.unbind(dim); }
inline std::int64_t size(const Tensor& x, std::int64_t dim) { return x.size(dim); }
inline std::int64_t numel(const Tensor& x) { return x.numel(); }
inline bool is_floating_point(const Tensor& x) { return x.is_floating_point(); }

// ---- other arrangements of the same elements ----
/// The tensor itself.
inline Tensor positive(const Tensor& self) { return self; }
inline Tensor alias(const Tensor& self) { return self.view(self.sizes()); }
inline Tensor ravel(const Tensor& self) { return self.contiguous().view({-1}); }
inline Tensor broadcast_to(const Tensor& self, const Shape& shape) { return self.expand(shape); }
inline Tensor swapaxes(const Tensor& self, std::int64_t dim0, std::int64_t dim1) {
  return self.transpose(dim0, dim1);
}
inline Tensor swapdims(const Tensor& self, std::int64_t dim0, std::int64_t dim1) {
  return self.transpose(dim0, dim1);
}
inline Tensor adjoint(const Tensor& self) { return self.mT(); }
/// The questions and the indexing of Tensor.
inline bool is_nonzero(const Tensor& x) { return x.is_nonzero(); }
inline bool is_same_size(const Tensor& x, const Tensor& other) { return x.is_same_size(other); }
inline bool is_signed(const Tensor& x) { return x.is_signed(); }
inline std::int64_t stride(const Tensor& x, std::int64_t dim) { return x.stride(dim); }
inline Tensor index(const Tensor& x, const std::vector<indexing::TensorIndex>& indices) {
  return x.index(indices);
}
inline Tensor index_put(const Tensor& x, const std::vector<indexing::TensorIndex>& indices,
                        const Tensor& value) {
  return x.clone().index_put_(indices, value);
}
inline Tensor fill(const Tensor& x, Scalar value) { return x.clone().fill_(value); }
inline Tensor copy(const Tensor& x, const Tensor& source) { return x.clone().copy_(source); }
/// Dimensions `source` become dimensions `destination`; the others keep their order.
Tensor movedim(const Tensor& self, const Shape& source, const Shape& destination);
Tensor movedim(const Tensor& self, std::int64_t source, std::int64_t destination);
inline Tensor moveaxis(const Tensor& self, const Shape& source, const Shape& destination) {
  return movedim(self, source, destination);
}
inline Tensor moveaxis(const Tensor& self, std::int64_t source, std::int64_t destination) {
  return movedim(self, source, destination);
}
/// Dimension `dim` as several, of which one size may be -1.
Tensor unflatten(const Tensor& self, std::int64_t dim, const Shape& sizes);
/// Elements moved round by `shifts` along `dims`; without dims, of the flattened tensor.
Tensor roll(const Tensor& self, const Shape& shifts, const Shape& dims = {});
/// As repeat, with leading ones for repeats that are missing.
Tensor tile(const Tensor& self, const Shape& repeats);
Tensor fliplr(const Tensor& self);
Tensor flipud(const Tensor& self);
/// k quarter turns in the plane of two dimensions.
Tensor rot90(const Tensor& self, std::int64_t k = 1, const Shape& dims = {0, 1});
/// A vector as a matrix with that diagonal; a matrix's diagonal.
Tensor diag(const Tensor& self, std::int64_t diagonal = 0);
/// The last dimension as the diagonals of matrices, zero elsewhere.
Tensor diag_embed(const Tensor& self, std::int64_t offset = 0, std::int64_t dim1 = -2,
                  std::int64_t dim2 = -1);
Tensor diagflat(const Tensor& self, std::int64_t offset = 0);

// ---- joining and cutting ----
inline Tensor concat(const TensorList& tensors, std::int64_t dim = 0) { return cat(tensors, dim); }
inline Tensor concatenate(const TensorList& tensors, std::int64_t dim = 0) {
  return cat(tensors, dim);
}
/// Joined along the second, the first and the third dimension; vectors are rows, and columns of
/// column_stack.
Tensor hstack(const TensorList& tensors);
Tensor vstack(const TensorList& tensors);
inline Tensor row_stack(const TensorList& tensors) { return vstack(tensors); }
Tensor dstack(const TensorList& tensors);
Tensor column_stack(const TensorList& tensors);
/// With leading dimensions of size 1 (the third one is appended) up to one, two, three.
Tensor atleast_1d(const Tensor& x);
Tensor atleast_2d(const Tensor& x);
Tensor atleast_3d(const Tensor& x);
/// Expanded to their common shape.
std::vector<Tensor> broadcast_tensors(const TensorList& tensors);
/// From vectors, coordinates in a grid: indexing "ij" has the first vector along the first
/// dimension, "xy" along the second.
std::vector<Tensor> meshgrid(const TensorList& tensors, const std::string& indexing = "ij");
/// All combinations of one element from each vector, a row for each.
Tensor cartesian_prod(const TensorList& tensors);
/// Matrices along a diagonal, zero elsewhere.
Tensor block_diag(const TensorList& tensors);
std::vector<Tensor> split_with_sizes(const Tensor& self, const std::vector<std::int64_t>& sizes,
                                     std::int64_t dim = 0);
/// `sections` parts whose sizes differ by at most 1, or parts that begin at these indices.
std::vector<Tensor> tensor_split(const Tensor& self, std::int64_t sections, std::int64_t dim = 0);
std::vector<Tensor> tensor_split(const Tensor& self, const std::vector<std::int64_t>& indices,
                                 std::int64_t dim = 0);
/// tensor_split along the second (of a vector, the first), the first and the third dimension, which
/// the number of sections must divide.
std::vector<Tensor> hsplit(const Tensor& self, std::int64_t sections);
std::vector<Tensor> hsplit(const Tensor& self, const std::vector<std::int64_t>& indices);
std::vector<Tensor> vsplit(const Tensor& self, std::int64_t sections);
std::vector<Tensor> vsplit(const Tensor& self, const std::vector<std::int64_t>& indices);
std::vector<Tensor> dsplit(const Tensor& self, std::int64_t sections);
std::vector<Tensor> dsplit(const Tensor& self, const std::vector<std::int64_t>& indices);
inline std::vector<Tensor> unsafe_chunk(const Tensor& self, std::int64_t chunks,
                                        std::int64_t dim = 0) {
  return self.chunk(chunks, dim);
}
inline std::vector<Tensor> unsafe_split(const Tensor& self, std::int64_t size,
                                        std::int64_t dim = 0) {
  return self.split(size, dim);
}
inline std::vector<Tensor> unsafe_split_with_sizes(const Tensor& self,
                                                   const std::vector<std::int64_t>& sizes,
                                                   std::int64_t dim = 0) {
  return self.split(sizes, dim);
}
/// A copy of self with `source` in place of the slice, the selected part or the diagonal.
Tensor slice_scatter(const Tensor& self, const Tensor& source, std::int64_t dim = 0,
                     std::optional<std::int64_t> start = {}, std::optional<std::int64_t> end = {},
                     std::int64_t step = 1);
Tensor select_scatter(const Tensor& self, const Tensor& source, std::int64_t dim,
                      std::int64_t index);
Tensor diagonal_scatter(const Tensor& self, const Tensor& source, std::int64_t offset = 0,
                        std::int64_t dim1 = 0, std::int64_t dim2 = 1);
/// All elements of the tensors, one after another, and back in the shapes of `tensors`.
Tensor flatten_dense_tensors(const TensorList& tensors);
std::vector<Tensor> unflatten_dense_tensors(const Tensor& flat, const TensorList& tensors);
/// Every choice of r elements of a vector, in order: [choices, r]; with_replacement, of one element
/// several times, too.
Tensor combinations(const Tensor& self, std::int64_t r = 2, bool with_replacement = false);
/// Powers of a vector's elements as columns, N - 1 to 0, or with `increasing` 0 to N - 1.
Tensor vander(const Tensor& x, std::optional<std::int64_t> N = {}, bool increasing = false);
/// Rows and columns of the elements on and below (above) a diagonal: int64 [2, count].
Tensor tril_indices(std::int64_t rows, std::int64_t columns, std::int64_t offset = 0);
Tensor triu_indices(std::int64_t rows, std::int64_t columns, std::int64_t offset = 0);

}  // namespace tandem
