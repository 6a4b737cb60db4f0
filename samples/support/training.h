// The training of an MLP on a table, with checkpoints from which it goes on to the same bits.
#pragma once

#include <tandem/tandem.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "samples/support/tables.h"

namespace samples {

struct Settings {
  std::string data = "digits", target, activation = "tanh", optimizer = "adamw", dtype = "float32";
  std::string hidden = "32";  ///< widths of the hidden layers, "128,64"
  int epochs = 60;
  std::int64_t batch = 32;
  std::optional<double> lr, goal;
  double weight_decay = 1e-2;
  std::uint64_t seed = 0;
  bool record = false, resume = false;
};

/// The names that Settings can have.
std::vector<std::string> activation_names();
std::vector<std::string> optimizer_names();

class Training {
 public:
  Training(const Settings& settings, const Table& table, const tandem::Device& device);

  /// Trains from the epoch after the last one to the last of the settings; after each calls
  /// `done(epoch)`. False if `stop()`, asked before every step, ended it.
  bool run(const std::function<bool()>& stop, const std::function<void(int epoch)>& done);
  /// "epoch   3/60"
  std::string label(int epoch) const;

  /// A net of the same shape with new weights.
  tandem::nn::Sequential fresh_model() const;
  const tandem::nn::Sequential& model() const { return model_; }
  const Split& split() const { return split_; }
  /// One entry per epoch: mean training loss, accuracy on the training rows, on the held-out rows.
  std::vector<double> losses, train_accuracy, test_accuracy;

  /// Everything that the next epoch depends on, in one file.
  void save(const std::string& path) const;
  /// Throws Error if the file is damaged or from a training with other settings.
  void load(const std::string& path);

 private:
  tandem::Tensor step(const tandem::Tensor& x, const tandem::Tensor& y);
  /// The flags on which the course of a training depends.
  std::map<std::string, std::string> description() const;

  const Settings& settings_;
  Split split_;
  std::int64_t classes_;
  tandem::Device device_;
  tandem::DType dtype_;
  tandem::nn::Sequential model_;
  std::unique_ptr<tandem::optim::Optimizer> optimizer_;
};

}  // namespace samples
