// The main job: trains a tanh MLP on real handwritten digits (1,797 rows of 8x8 pixels), tests it
// on rows it never saw, draws its curves, saves the model and proves that the saved file gives the
// same answers.
#include <tandem/tandem.h>

#include <chrono>
#include <cstdio>

#include "samples/support/arguments.h"
#include "samples/support/picture.h"
#include "samples/support/progress.h"

using namespace tandem;
namespace F = nn::functional;

struct Settings {
  std::vector<std::int64_t> hidden = {32};
  int epochs = 60;
  std::int64_t batch = 32;
  double lr = 3e-3, weight_decay = 1e-2, goal = 0.96;
  std::uint64_t seed = 0;
};

struct Digits {
  Tensor train_x, train_y, test_x, test_y;  ///< [rows, 64] in [0, 1] and int64 [rows]
};

Digits load_digits(const Device& device) {
  const Tensor table = read_csv(samples::Common::data("digits.csv"));
  const Tensor x = table.slice(1, 0, 64) / 16, y = table.select(1, 64).to(kLong);
  const std::int64_t test_rows = table.size(0) / 5;
  const auto parts = data::random_split({table.size(0) - test_rows, test_rows});
  const auto rows = [&](const Tensor& from, const Tensor& index) {
    return from.index_select(0, index).to(device);
  };
  return {rows(x, parts[0]), rows(y, parts[0]), rows(x, parts[1]), rows(y, parts[1])};
}

nn::Sequential make_model(const Settings& settings) {
  nn::Sequential model;
  std::int64_t features = 64;
  for (std::int64_t width : settings.hidden) {
    model->push_back(nn::Linear(features, width));
    model->push_back(nn::Tanh());
    features = width;
  }
  model->push_back(nn::Linear(features, 10));
  return model;
}

double accuracy(const nn::Sequential& model, const Tensor& x, const Tensor& y) {
  const NoGradGuard guard;
  return (model(x).argmax(1) == y).to(kFloat).mean().item();
}

/// One pass over the training rows; returns the mean loss.
double train_epoch(const nn::Sequential& model, optim::Optimizer& optimizer,
                   const data::DataLoader& loader, const std::string& label) {
  samples::Progress progress(label, loader.size());
  double total = 0;
  for (const TensorList& batch : loader) {
    const Tensor loss = F::cross_entropy(model(batch[0]), batch[1]);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    total += loss.item();
    progress.advance();
  }
  return total / static_cast<double>(loader.size());
}

/// Whether a fresh model with the file's weights computes the same bits.
bool reload_agrees(const nn::Sequential& model, const Settings& settings, const std::string& path,
                   const Tensor& x) {
  nn::Sequential fresh = make_model(settings);
  fresh->to(x.device());
  nn::load(fresh, path);
  const NoGradGuard guard;
  return (fresh(x) == model(x)).all().item<bool>();
}

int train(const samples::Common& common, const Settings& settings) {
  manual_seed(settings.seed);
  const Digits digits = load_digits(common.device);
  const nn::Sequential model = make_model(settings);
  model->to(common.device);
  optim::AdamW optimizer(model->parameters(),
                         optim::AdamWOptions(settings.lr).weight_decay(settings.weight_decay));
  const data::DataLoader loader({digits.train_x, digits.train_y}, settings.batch, true);

  std::vector<double> epochs, losses, train_accuracy, test_accuracy;
  const auto start = std::chrono::steady_clock::now();
  for (int epoch = 1; epoch <= settings.epochs; ++epoch) {
    char label[40];
    std::snprintf(label, sizeof label, "epoch %3d/%d", epoch, settings.epochs);
    losses.push_back(train_epoch(model, optimizer, loader, label));
    epochs.push_back(epoch);
    train_accuracy.push_back(accuracy(model, digits.train_x, digits.train_y));
    test_accuracy.push_back(accuracy(model, digits.test_x, digits.test_y));
    std::printf("%s  loss %.4f  accuracy %.4f  held out %.4f\n", label, losses.back(),
                train_accuracy.back(), test_accuracy.back());
    std::fflush(stdout);
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("trained on %s in %.1f s\n", common.device.str().c_str(), seconds);

  samples::write_csv(common.file("train_mlp.csv"),
                     {"epoch", "loss", "accuracy", "held_out_accuracy"},
                     {epochs, losses, train_accuracy, test_accuracy});
  samples::draw({"Tanh MLP on handwritten digits",
                 "epoch",
                 "training loss",
                 "accuracy",
                 {{"training loss", epochs, losses, false},
                  {"training accuracy", epochs, train_accuracy, true},
                  {"held-out accuracy", epochs, test_accuracy, true}}},
                common.file("train_mlp.png"));
  const std::string path = common.file("train_mlp.safetensors");
  nn::save(model, path);
  const bool same = reload_agrees(model, settings, path, digits.test_x);
  std::printf("wrote %s; reloaded, it gives %s\n", path.c_str(),
              same ? "the same bits" : "OTHER NUMBERS");
  std::printf("held-out accuracy %.2f %% (goal %.0f %%)\n", 100 * test_accuracy.back(),
              100 * settings.goal);
  return same && test_accuracy.back() >= settings.goal ? 0 : 1;
}

int main(int argc, char** argv) {
  Settings settings;
  const auto flags = [&](CLI::App& app) {
    app.add_option("--hidden", settings.hidden, "widths of the hidden layers, e.g. 128,64")
        ->delimiter(',')
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--epochs", settings.epochs)->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--batch", settings.batch)->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--lr", settings.lr)->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--weight-decay", settings.weight_decay)
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--goal", settings.goal, "held-out accuracy to reach, or exit with 1")
        ->capture_default_str();
    app.add_option("--seed", settings.seed)->capture_default_str();
  };
  return samples::run(argc, argv, "Trains a tanh MLP on handwritten digits.", flags,
                      [&](const samples::Common& common) { return train(common, settings); });
}
