// Holds threads back while the process ends. A thread notes in an entry of its own that it uses the
// libraries, by plain stores: the thread that ends the process has every other one pass a memory
// barrier (Linux's membarrier) between saying so and reading the entries.
#include "cpu/library_use.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iterator>
#include <thread>

namespace tandem::cpu {

namespace {

struct alignas(64) Entry {
  std::atomic<int> uses{0};
};
constinit Entry entries[256];
constexpr int last_entry = std::size(entries) - 1;  ///< shared by all threads after the 255th
std::atomic<int> threads{0};
constinit thread_local Entry* own = nullptr;

std::atomic<bool> process_ends{false};
std::atomic<std::thread::id> ending_thread;

Entry& own_entry() {
  if (own == nullptr) own = &entries[std::min(threads.fetch_add(1), last_entry)];
  return *own;
}

void add(Entry& entry, int change) {
  if (&entry == &entries[last_entry])
    entry.uses.fetch_add(change);
  else
    entry.uses.store(entry.uses.load(std::memory_order_relaxed) + change,
                     std::memory_order_release);
}

void have_every_thread_pass_a_barrier() {
  syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
  if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));  // no store stays unseen that long
}

/// After the program's own static objects are gone, before the libraries' are.
[[gnu::destructor]] void before_the_libraries_end() {
  ending_thread = std::this_thread::get_id();
  process_ends = true;
  have_every_thread_pass_a_barrier();
  for (const Entry& entry : entries)
    while (entry.uses.load() != 0) std::this_thread::yield();
}

}  // namespace

constinit thread_local int LibraryUse::depth_ = 0;

void LibraryUse::begin() {
  Entry& entry = own_entry();
  add(entry, 1);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (!process_ends.load() || std::this_thread::get_id() == ending_thread.load()) return;
  add(entry, -1);
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

void LibraryUse::end() { add(own_entry(), -1); }

}  // namespace tandem::cpu
