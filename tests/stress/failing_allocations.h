// Allocations that fail when a test wants them to, in a program that links failing_allocations.cpp.
#pragma once

namespace tandem::testing {

/// How many allocations of this thread succeed before one fails; none fails if it is negative.
extern thread_local int allocations_left;

}  // namespace tandem::testing
