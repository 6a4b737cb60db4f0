// A deterministic parallel loop. The work is cut into pieces by a rule that does not know the
// number of threads; threads only decide who runs a piece.
#pragma once

#include <cstdint>
#include <exception>

#include "cpu/library_use.h"

namespace tandem::cpu {

int num_threads();
void set_num_threads(int count);

/// Calls body(begin, end) for consecutive pieces of [0, count), each `piece` long but the last.
/// One piece, or one thread, runs on the caller. Exceptions of a piece reach the caller.
template <class Body> void parallel_for(std::int64_t count, std::int64_t piece, const Body& body) {
  const std::int64_t pieces = (count + piece - 1) / piece;
  const auto run = [&](std::int64_t i) {
    const std::int64_t begin = i * piece;
    body(begin, begin + piece < count ? begin + piece : count);
  };
  if (pieces <= 1) {
    if (pieces == 1) run(0);
    return;
  }
  const LibraryUse use;
  const int threads = num_threads();
  if (threads <= 1) {
    for (std::int64_t i = 0; i < pieces; ++i) run(i);
    return;
  }
  std::exception_ptr error;
#pragma omp parallel for num_threads(threads) schedule(static)
  for (std::int64_t i = 0; i < pieces; ++i) {
    try {
      run(i);
    } catch (...) {
#pragma omp critical(tandem_parallel_error)
      if (!error) error = std::current_exception();
    }
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace tandem::cpu
