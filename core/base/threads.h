// How many threads the CPU uses.
#pragma once

namespace tandem {

/// The CPU backend uses at most `count` threads from now on, 1 to 1024; throws Error for other
/// numbers. Results never depend on it. After fork() the child works on one thread.
void set_num_threads(int count);
int get_num_threads();

}  // namespace tandem
