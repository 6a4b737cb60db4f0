// The main job: trains an MLP, a tanh net on real handwritten digits (1,797 rows of 8x8 pixels)
// unless flags say otherwise, tests it on rows it never saw, draws its curves, saves the model and
// proves that the saved file gives the same answers. After every epoch it leaves a checkpoint from
// which --resume goes on, to the same bits.
#include <tandem/tandem.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <sstream>

#include "samples/support/arguments.h"
#include "samples/support/flags.h"
#include "samples/support/picture.h"
#include "samples/support/training.h"

using namespace tandem;
using samples::Settings, samples::Training;

/// Ctrl-C asks for the end of the training; a second one ends the program.
volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) {
  interrupted = 1;
  std::signal(SIGINT, SIG_DFL);
}

/// Whether a fresh model with the file's weights computes the same bits.
bool reload_agrees(const Training& training, const std::string& path) {
  nn::Sequential fresh = training.fresh_model();
  nn::load(fresh, path);
  const NoGradGuard guard;
  return equal(fresh(training.split().test_x), training.model()(training.split().test_x));
}

void write_curves(const Training& training, const Settings& settings,
                  const samples::Common& common) {
  std::vector<double> epochs;
  for (std::size_t i = 0; i < training.losses.size(); ++i)
    epochs.push_back(static_cast<double>(i + 1));
  samples::write_csv(common.file("train_mlp.csv"),
                     {"epoch", "loss", "accuracy", "held_out_accuracy"},
                     {epochs, training.losses, training.train_accuracy, training.test_accuracy});
  samples::draw({.title = settings.activation + " MLP on " + settings.data,
                 .x_label = "epoch",
                 .y_label = "training loss",
                 .right_label = "accuracy",
                 .curves = {{"training loss", epochs, training.losses},
                            {"training accuracy", epochs, training.train_accuracy, true},
                            {"held-out accuracy", epochs, training.test_accuracy, true}}},
                common.file("train_mlp.png"));
}

int train(const samples::Common& common, const Settings& settings) {
  const samples::Table table = samples::load_table(settings.data, settings.target);
  manual_seed(settings.seed);
  Training training(settings, table, common.device);
  const std::string checkpoint = common.path("train_mlp.checkpoint.safetensors");
  if (settings.resume) {
    training.load(checkpoint);
    std::printf("resuming after epoch %zu\n", training.losses.size());
  } else {
    training.save(common.file("train_mlp.checkpoint.safetensors"));
  }

  std::signal(SIGINT, interrupt);
  const auto start = std::chrono::steady_clock::now();
  const auto after_epoch = [&](int epoch) {
    training.save(checkpoint);
    std::printf("%s  loss %.4f  accuracy %.4f  held out %.4f\n", training.label(epoch).c_str(),
                training.losses.back(), training.train_accuracy.back(),
                training.test_accuracy.back());
    std::fflush(stdout);
  };
  const bool finished = training.run([] { return interrupted != 0; }, after_epoch);
  std::signal(SIGINT, SIG_DFL);
  if (!finished) {
    std::printf("stopped; %s holds epoch %zu, --resume goes on from it\n", checkpoint.c_str(),
                training.losses.size());
    return 130;
  }
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  std::printf("trained on %s in %.1f s\n", common.device.str().c_str(), spent.count());

  const std::string path = common.file("train_mlp.safetensors");
  nn::save(training.model(), path);
  const bool same = reload_agrees(training, path);
  std::printf("wrote %s; reloaded, it gives %s\n", path.c_str(),
              same ? "the same bits" : "OTHER NUMBERS");
  write_curves(training, settings, common);
  const double reached = training.test_accuracy.back(), goal = settings.goal.value_or(table.goal);
  std::printf("held-out accuracy %.2f %% (goal %.0f %%)\n", 100 * reached, 100 * goal);
  return same && reached >= goal ? 0 : 1;
}

int main(int argc, char** argv) {
  Settings settings;
  const auto widths = [](const std::string& text) -> std::string {
    std::istringstream parts(text + ",");
    for (std::string part; std::getline(parts, part, ',');)
      if (part.empty() || part.size() > 9 || part[0] == '0' ||
          part.find_first_not_of("0123456789") != std::string::npos)
        return "expected widths as 128,64, got '" + text + "'";
    return "";
  };
  const auto flags = [&](CLI::App& app) {
    app.add_option("--data", settings.data, "digits, iris, breast_cancer or csv:FILE")
        ->capture_default_str();
    app.add_option("--target", settings.target,
                   "column of a csv:FILE with the classes, by name or number; default the last");
    app.add_option("--hidden", settings.hidden, "widths of the hidden layers, e.g. 128,64")
        ->check(widths)
        ->capture_default_str();
    app.add_option("--activation", settings.activation)
        ->check(CLI::IsMember(samples::activation_names()))
        ->capture_default_str();
    app.add_option("--optimizer", settings.optimizer)
        ->check(CLI::IsMember(samples::optimizer_names()))
        ->capture_default_str();
    app.add_option("--dtype", settings.dtype)
        ->check(CLI::IsMember({"float32", "float64"}))
        ->capture_default_str();
    app.add_option("--epochs", settings.epochs)->check(samples::above_0())->capture_default_str();
    app.add_option("--batch", settings.batch)->check(samples::above_0())->capture_default_str();
    app.add_option("--lr", settings.lr, "default: one that suits the optimizer")
        ->check(samples::above_0());
    app.add_option("--weight-decay", settings.weight_decay)
        ->check(samples::from_0())
        ->capture_default_str();
    app.add_option("--goal", settings.goal, "held-out accuracy to reach, or exit with 1")
        ->check(samples::from_0(1));
    app.add_option("--seed", settings.seed)->check(samples::from_0())->capture_default_str();
    app.add_flag("--record", settings.record, "record the step once and replay it");
    app.add_flag("--resume", settings.resume, "go on from the checkpoint in --out");
  };
  return samples::run(argc, argv, "Trains an MLP on a table, by default handwritten digits.", flags,
                      [&](const samples::Common& common) { return train(common, settings); });
}
