// Shuffles and votes.
#pragma once

#include <cstring>
#include <type_traits>

#include "emulator/threads.h"

namespace gpu_emulator {

/// The lane that `lane` reads, of those `segment` lanes from `first`; itself if outside.
template <class T> T shuffle(unsigned mask, T value, int width, Site site, auto source_of) {
  static_assert(std::is_arithmetic_v<T> && (sizeof(T) == 4 || sizeof(T) == 8),
                "CUDA shuffles 32- and 64-bit numbers");
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  const Meeting meeting = meet_in_warp(WarpOp::shuffle, mask, bits, site);
  const int lane = static_cast<int>(linear_thread() % 32);
  const int first = lane & ~(width - 1);
  const int source = source_of(lane, first);
  T result;
  // A lane outside the mask takes no part, so that its value is undefined.
  const std::uint64_t undefined = 0xccccccccccccccccu;
  const bool takes_part = (meeting.lanes >> source & 1u) != 0;
  std::memcpy(&result, takes_part ? &meeting.values[source] : &undefined, sizeof result);
  return result;
}

}  // namespace gpu_emulator

template <class T> T __shfl_sync(unsigned mask, T value, int source, int width = 32,
                                 gpu_emulator::Site site = gpu_emulator::Site::here()) {
  return gpu_emulator::shuffle(mask, value, width, site,
                               [=](int, int first) { return first + (source & (width - 1)); });
}

template <class T> T __shfl_xor_sync(unsigned mask, T value, int lanes, int width = 32,
                                     gpu_emulator::Site site = gpu_emulator::Site::here()) {
  return gpu_emulator::shuffle(mask, value, width, site, [=](int lane, int first) {
    const int source = lane ^ lanes;
    return source < first + width ? source : lane;
  });
}

template <class T> T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                                      gpu_emulator::Site site = gpu_emulator::Site::here()) {
  return gpu_emulator::shuffle(mask, value, width, site, [=](int lane, int first) {
    const int source = lane + static_cast<int>(delta);
    return source < first + width ? source : lane;
  });
}

template <class T> T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32,
                                    gpu_emulator::Site site = gpu_emulator::Site::here()) {
  return gpu_emulator::shuffle(mask, value, width, site, [=](int lane, int first) {
    const int source = lane - static_cast<int>(delta);
    return source >= first ? source : lane;
  });
}

inline unsigned __ballot_sync(unsigned mask, int predicate,
                              gpu_emulator::Site site = gpu_emulator::Site::here()) {
  const auto meeting =
      gpu_emulator::meet_in_warp(gpu_emulator::WarpOp::vote, mask, predicate != 0, site);
  unsigned ballot = 0;
  for (unsigned lane = 0; lane < 32; ++lane) {
    if ((meeting.lanes >> lane & 1u) != 0 && meeting.values[lane] != 0) ballot |= 1u << lane;
  }
  return ballot;
}

inline int __any_sync(unsigned mask, int predicate,
                      gpu_emulator::Site site = gpu_emulator::Site::here()) {
  return __ballot_sync(mask, predicate, site) != 0;
}

inline int __all_sync(unsigned mask, int predicate,
                      gpu_emulator::Site site = gpu_emulator::Site::here()) {
  return __ballot_sync(mask, !predicate, site) == 0;
}
