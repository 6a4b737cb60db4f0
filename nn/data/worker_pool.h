// Threads that answer requests while the program works on the answers before.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace tandem::data {

/// What a worker threw, in the thread of the program.
struct WorkerException : Error {
  explicit WorkerException(std::exception_ptr original)
      : Error("Caught exception in DataLoader worker thread. Original message: " +
              message_of(original)),
        original_exception(std::move(original)) {}
  std::exception_ptr original_exception;

 private:
  static std::string message_of(const std::exception_ptr& exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::exception& error) {
      return error.what();
    } catch (...) {
      return "no std::exception";
    }
  }
};

/// A thread for each of `answers`, which take the requests as they come.
template <class Request, class Answer> class WorkerPool {
 public:
  using Function = std::function<Answer(Request)>;

  explicit WorkerPool(std::vector<Function> answers) : answers_(std::move(answers)) {
    try {
      for (const Function& answer : answers_)
        threads_.emplace_back([this, &answer] { work(answer); });
    } catch (...) {
      join();
      throw;
    }
  }
  ~WorkerPool() { join(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// How many requests have been pushed and not popped.
  std::size_t in_flight() const { return in_flight_; }
  void push(Request request) {
    {
      const std::lock_guard lock(mutex_);
      check(!stops_, "DataLoader: its workers have been joined");
      requests_.emplace_back(pushed_, std::move(request));
    }
    ++pushed_;
    ++in_flight_;
    has_request_.notify_one();
  }
  /// The answer to the oldest request, or the first that is ready. Throws WorkerException, and
  /// Error after `timeout`.
  Answer pop(bool oldest, const std::optional<std::chrono::milliseconds>& timeout) {
    std::unique_lock lock(mutex_);
    const auto is_ready = [&] { return oldest ? done_.contains(popped_) : !done_.empty(); };
    if (!timeout)
      has_answer_.wait(lock, is_ready);
    else
      check(has_answer_.wait_for(lock, *timeout, is_ready),
            "Timeout in DataLoader queue while waiting for next batch (timeout was ",
            timeout->count(), " ms)");
    auto node = done_.extract(oldest ? popped_ : done_.begin()->first);
    ++popped_;
    --in_flight_;
    if (node.mapped().exception) throw WorkerException(node.mapped().exception);
    return std::move(*node.mapped().answer);
  }
  /// Forgets all that is in flight; waits for what has begun.
  void drain() {
    std::unique_lock lock(mutex_);
    in_flight_ -= requests_.size();
    requests_.clear();
    has_answer_.wait(lock, [&] { return done_.size() == in_flight_; });
    done_.clear();
    in_flight_ = 0;
    popped_ = pushed_;
  }
  /// Ends the threads, and with them what is in flight.
  void join() {
    {
      const std::lock_guard lock(mutex_);
      stops_ = true;
    }
    has_request_.notify_all();
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
    requests_.clear();
    done_.clear();
    in_flight_ = 0;
  }

 private:
  struct Result {
    std::optional<Answer> answer;
    std::exception_ptr exception;
  };

  void work(const Function& answer) {
    for (;;) {
      std::unique_lock lock(mutex_);
      has_request_.wait(lock, [&] { return stops_ || !requests_.empty(); });
      if (stops_) return;
      auto [id, request] = std::move(requests_.front());
      requests_.pop_front();
      lock.unlock();
      Result result;
      try {
        result.answer.emplace(answer(std::move(request)));
      } catch (...) {
        result.exception = std::current_exception();
      }
      lock.lock();
      done_.emplace(id, std::move(result));
      has_answer_.notify_all();
    }
  }

  std::vector<Function> answers_;
  std::mutex mutex_;
  std::condition_variable has_request_, has_answer_;
  std::deque<std::pair<std::size_t, Request>> requests_;
  std::map<std::size_t, Result> done_;  ///< by the number of the request
  bool stops_ = false;
  std::size_t pushed_ = 0, popped_ = 0, in_flight_ = 0;  ///< the program's thread's alone
  std::vector<std::thread> threads_;
};

}  // namespace tandem::data
