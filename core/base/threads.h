// How many threads the CPU uses.
#pragma once

namespace tandem {

/// The CPU backend uses at most `count` threads from now on. Results never depend on it.
void set_num_threads(int count);
int get_num_threads();

}  // namespace tandem
