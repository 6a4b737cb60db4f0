// Loops over the batches of a data set, as torch::data's loaders.
//
//   auto loader = data::make_data_loader(std::move(set), data::DataLoaderOptions(32).workers(2));
//   for (auto& batch : *loader) train(batch.data, batch.target);
#pragma once

#include <chrono>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "nn/data/datasets.h"
#include "nn/data/samplers.h"
#include "nn/data/worker_pool.h"
#include "nn/options.h"

namespace tandem::data {

struct DataLoaderOptions {
  DataLoaderOptions() = default;
  DataLoaderOptions(std::size_t batch_size) : batch_size_(batch_size) {}
  TANDEM_ARG(std::size_t, batch_size) = 1;
  /// Threads that load; without any, a batch is loaded when it is asked for.
  TANDEM_ARG(std::size_t, workers) = 0;
  /// Batches that are loaded ahead, 2 for each worker unless set.
  TANDEM_ARG(std::optional<std::size_t>, max_jobs);
  /// How long to wait for a batch of the workers.
  TANDEM_ARG(std::optional<std::chrono::milliseconds>, timeout);
  /// Batches in the sampler's order; without, in the order in which workers finish them.
  TANDEM_ARG(bool, enforce_ordering) = true;
  /// Leaves a last batch out that is smaller than the others.
  TANDEM_ARG(bool, drop_last) = false;
};

/// An input iterator; the end is one of nothing.
template <class Batch> class Iterator {
 public:
  using difference_type = std::ptrdiff_t;
  using value_type = Batch;
  using pointer = Batch*;
  using reference = Batch&;
  using iterator_category = std::input_iterator_tag;

  Iterator() = default;
  explicit Iterator(std::function<std::optional<Batch>()> next)
      : state_(std::make_shared<State>(State{std::move(next), {}, false})) {}
  Iterator& operator++() {
    current();
    state_->batch = state_->next();
    return *this;
  }
  Batch& operator*() const {
    check(!ended(), "DataLoader: the iterator is at the end");
    return *current();
  }
  Batch* operator->() const { return &**this; }
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.ended() == b.ended(); }

 private:
  struct State {
    std::function<std::optional<Batch>()> next;
    std::optional<Batch> batch;
    bool started;
  };
  /// The batch here; the first is loaded when it is asked for.
  std::optional<Batch>& current() const {
    check(state_ != nullptr, "DataLoader: the iterator is at the end");
    if (!state_->started) {
      state_->batch = state_->next();
      state_->started = true;
    }
    return state_->batch;
  }
  bool ended() const { return state_ == nullptr || !current().has_value(); }

  std::shared_ptr<State> state_;
};

/// What the loaders share. Request is what a pass asks the set for, one for each batch.
template <class DatasetType, class Request> class DataLoaderBase {
 public:
  /// A batch; of a stateful set, what the optional ones hold.
  using BatchType = typename decltype([] {
    using Given = decltype(std::declval<DatasetType&>().get_batch(std::declval<Request>()));
    if constexpr (DatasetType::is_stateful)
      return std::type_identity<typename Given::value_type>();
    else
      return std::type_identity<Given>();
  }())::type;

  virtual ~DataLoaderBase() = default;
  DataLoaderBase(const DataLoaderBase&) = delete;
  DataLoaderBase& operator=(const DataLoaderBase&) = delete;

  /// Starts a pass; one that is under way is given up.
  Iterator<BatchType> begin() {
    if (pool_ != nullptr) pool_->drain();
    reset();
    prefetch(most_jobs_);
    return Iterator<BatchType>([this] { return next(); });
  }
  Iterator<BatchType> end() { return {}; }
  /// Ends the workers; begin() must not be called after it.
  void join() {
    if (pool_ != nullptr) pool_->join();
  }
  const DataLoaderOptions& options() const { return options_; }

 protected:
  /// `make` makes a set for each worker, or one for the program's thread.
  DataLoaderBase(const DataLoaderOptions& options, const std::function<DatasetType()>& make)
      : options_(options), most_jobs_(options.max_jobs().value_or(2 * options.workers())) {
    check(options.batch_size() > 0, "DataLoader: the batch size must not be 0");
    check(options.workers() == 0 || most_jobs_ > 0, "DataLoader: max_jobs must not be 0");
    const auto answer = [&]() -> Answer {
      return [set = std::make_shared<DatasetType>(make())](Request request) {
        return std::optional<BatchType>(set->get_batch(std::move(request)));
      };
    };
    if (options.workers() == 0) {
      own_ = answer();
      return;
    }
    std::vector<Answer> answers;
    for (std::size_t i = 0; i < options.workers(); ++i) answers.push_back(answer());
    pool_ = std::make_unique<WorkerPool<Request, std::optional<BatchType>>>(std::move(answers));
  }
  virtual void reset() = 0;
  /// What to ask for next; nothing once the pass is over.
  virtual std::optional<Request> next_request() = 0;

 private:
  using Answer = std::function<std::optional<BatchType>(Request)>;

  void prefetch(std::size_t count) {
    if (pool_ == nullptr) return;
    for (; count > 0; --count) {
      std::optional<Request> request = next_request();
      if (!request) return;
      pool_->push(std::move(*request));
    }
  }
  std::optional<BatchType> next() {
    if (pool_ == nullptr) {
      std::optional<Request> request = next_request();
      return request ? own_(std::move(*request)) : std::nullopt;
    }
    // A stateful set's workers end one after another.
    while (pool_->in_flight() > 0) {
      std::optional<BatchType> batch = pool_->pop(options_.enforce_ordering(), options_.timeout());
      if (!batch) continue;
      prefetch(1);
      return batch;
    }
    return std::nullopt;
  }

  DataLoaderOptions options_;
  std::size_t most_jobs_;
  Answer own_;
  std::unique_ptr<WorkerPool<Request, std::optional<BatchType>>> pool_;
};

/// Of a set that a sampler chooses from; every worker has a copy of the set.
template <class DatasetType, class SamplerType> class StatelessDataLoader
    : public DataLoaderBase<DatasetType, typename SamplerType::BatchRequestType> {
 public:
  using Request = typename SamplerType::BatchRequestType;
  StatelessDataLoader(DatasetType dataset, SamplerType sampler, const DataLoaderOptions& options)
      : DataLoaderBase<DatasetType, Request>(options, [&] { return dataset; }),
        sampler_(std::move(sampler)) {}

 private:
  void reset() override { sampler_.reset(std::nullopt); }
  std::optional<Request> next_request() override {
    const DataLoaderOptions& options = this->options();
    std::optional<Request> request = sampler_.next(options.batch_size());
    if (request && options.drop_last() && request->size() < options.batch_size())
      return std::nullopt;
    return request;
  }

  SamplerType sampler_;
};

/// Of a set that knows for itself where it is; all workers share it.
template <class DatasetType> class StatefulDataLoader
    : public DataLoaderBase<datasets::SharedBatchDataset<DatasetType>, std::size_t> {
 public:
  using Shared = datasets::SharedBatchDataset<DatasetType>;
  StatefulDataLoader(DatasetType dataset, const DataLoaderOptions& options)
      : StatefulDataLoader(Shared(std::make_shared<DatasetType>(std::move(dataset))), options) {}

 private:
  StatefulDataLoader(Shared dataset, const DataLoaderOptions& options)
      : DataLoaderBase<Shared, std::size_t>(options, [&] { return dataset; }), dataset_(dataset) {}
  void reset() override { dataset_.reset(); }
  std::optional<std::size_t> next_request() override { return this->options().batch_size(); }

  Shared dataset_;
};

template <class DatasetType, class SamplerType>
requires(!DatasetType::is_stateful && requires { typename SamplerType::BatchRequestType; })
    std::unique_ptr<StatelessDataLoader<DatasetType, SamplerType>> make_data_loader(
        DatasetType dataset, SamplerType sampler, DataLoaderOptions options = {}) {
  return std::make_unique<StatelessDataLoader<DatasetType, SamplerType>>(
      std::move(dataset), std::move(sampler), options);
}
/// With a sampler of the set's size.
template <class SamplerType = samplers::RandomSampler, class DatasetType>
requires(!DatasetType::is_stateful && std::is_constructible_v<SamplerType, std::size_t>)
    std::unique_ptr<StatelessDataLoader<DatasetType, SamplerType>> make_data_loader(
        DatasetType dataset, DataLoaderOptions options = {}) {
  const std::optional<std::size_t> size = dataset.size();
  check(size.has_value(),
        "make_data_loader: the data set does not know its size; give it a sampler");
  return make_data_loader(std::move(dataset), SamplerType(static_cast<std::int64_t>(*size)),
                          options);
}
template <class DatasetType>
requires(DatasetType::is_stateful)
    std::unique_ptr<StatefulDataLoader<DatasetType>> make_data_loader(
        DatasetType dataset, DataLoaderOptions options = {}) {
  return std::make_unique<StatefulDataLoader<DatasetType>>(std::move(dataset), options);
}

}  // namespace tandem::data
