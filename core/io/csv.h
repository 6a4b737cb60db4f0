// Tables of numbers from text files.
#pragma once

#include <string>

#include "core/tensor/tensor.h"

namespace tandem {

struct CsvOptions {
  char delimiter = ',';  ///< ' ': runs of blanks
  int skip_rows = 0;     ///< lines before the numbers
  DType dtype = DType::Float32;
};

/// Reads [rows, columns]. Blank lines and a byte order mark are passed over; numbers may stand in
/// double quotes. Each is rounded once, to the dtype; beyond the range of float32 and float64 it is
/// infinity or 0. A field that is missing, no number, or one that the dtype cannot hold (a fraction
/// or too large for an integer, too large for a 16-bit real), or a row with another number of
/// fields than the first, throws IoError naming row and column (from 1, counted in the file).
Tensor read_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace tandem
