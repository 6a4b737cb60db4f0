// Holds threads back while the process ends.
#include "cpu/library_use.h"

#include <chrono>
#include <iterator>
#include <thread>

namespace tandem::cpu {

namespace {

/// The uses of the threads that share an entry: one counter for all would travel between cores.
struct alignas(64) Users {
  std::atomic<int> count{0};
};
constinit Users entries[64];
std::atomic<unsigned> threads{0};
std::atomic<std::thread::id> ending_thread;

}  // namespace

constinit std::atomic<bool> LibraryUse::process_ends{false};

std::atomic<int>& LibraryUse::users_of_this_thread() {
  thread_local Users& own = entries[threads.fetch_add(1) % std::size(entries)];
  return own.count;
}

void LibraryUse::wait_for_the_end(std::atomic<int>& users) {
  if (std::this_thread::get_id() == ending_thread.load()) return;
  users.fetch_sub(1);
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

/// After the program's own static objects are gone, before the libraries' are.
[[gnu::destructor]] void before_the_libraries_end() {
  ending_thread = std::this_thread::get_id();
  LibraryUse::process_ends = true;
  for (const Users& entry : entries)
    while (entry.count.load() != 0) std::this_thread::yield();
}

}  // namespace tandem::cpu
