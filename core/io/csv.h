// Tables of numbers from text files.
#pragma once

#include <string>

#include "core/tensor/tensor.h"

namespace tandem {

struct CsvOptions {
  char delimiter = ',';
  int skip_rows = 0;  ///< lines before the numbers
  DType dtype = DType::Float32;
};

/// Reads [rows, columns]. Blank lines and a byte order mark are passed over. A field that is not a
/// number, or a row with another number of fields than the first, throws IoError naming row and
/// column (from 1, counted in the file).
Tensor read_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace tandem
