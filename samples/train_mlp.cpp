// The main job: trains an MLP, a tanh net on real handwritten digits (1,797 rows of 8x8 pixels)
// unless flags say otherwise, tests it on rows it never saw, draws its curves, saves the model and
// proves that the saved file gives the same answers. After every epoch it leaves a checkpoint from
// which --resume goes on, to the same bits.
#include <tandem/tandem.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"
#include "samples/support/picture.h"
#include "samples/support/progress.h"
#include "samples/support/tables.h"

using namespace tandem;
namespace F = nn::functional;

struct Settings {
  std::string data = "digits", target, activation = "tanh", optimizer = "adamw", dtype = "float32";
  std::vector<std::int64_t> hidden = {32};
  int epochs = 60;
  std::int64_t batch = 32;
  std::optional<double> lr, goal;
  double weight_decay = 1e-2;
  std::uint64_t seed = 0;
  bool record = false, resume = false;
};

// ---- what can be chosen by name ----

using AddActivation = void (*)(nn::Sequential&);
const std::map<std::string, AddActivation> activations = {
    {"tanh", [](nn::Sequential& net) { net->push_back(nn::Tanh()); }},
    {"sigmoid", [](nn::Sequential& net) { net->push_back(nn::Sigmoid()); }},
    {"relu", [](nn::Sequential& net) { net->push_back(nn::ReLU()); }},
    {"gelu", [](nn::Sequential& net) { net->push_back(nn::GELU()); }},
    {"silu", [](nn::Sequential& net) { net->push_back(nn::SiLU()); }},
    {"elu", [](nn::Sequential& net) { net->push_back(nn::ELU()); }}};

using Optimizer = std::unique_ptr<optim::Optimizer>;
struct OptimizerChoice {
  double lr;  ///< unless --lr is given
  std::function<Optimizer(const TensorList& parameters, double lr, double weight_decay)> make;
};
template <class Options> OptimizerChoice choice(double usual_lr, const Options& options) {
  return {usual_lr, [options](const TensorList& parameters, double lr, double weight_decay) {
            Options own = options;
            own.lr(lr).weight_decay(weight_decay);
            return std::make_unique<optim::RuleOptimizer<Options>>(parameters, own);
          }};
}
const std::map<std::string, OptimizerChoice> optimizers = {
    {"sgd", choice(0.1, optim::SGDOptions())},
    {"momentum", choice(0.01, optim::SGDOptions().momentum(0.9))},
    {"rmsprop", choice(1e-3, optim::RMSpropOptions())},
    {"adagrad", choice(5e-2, optim::AdagradOptions())},
    {"adam", choice(3e-3, optim::AdamOptions())},
    {"adamw", choice(3e-3, optim::AdamWOptions())}};

template <class Choice>
std::vector<std::string> names_of(const std::map<std::string, Choice>& all) {
  std::vector<std::string> names;
  for (const auto& [name, choice] : all) names.push_back(name);
  return names;
}

// ---- training ----

/// Ctrl-C asks for the end of the training; a second one ends the program.
volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) {
  interrupted = 1;
  std::signal(SIGINT, SIG_DFL);
}

nn::Sequential make_model(const Settings& settings, std::int64_t features, std::int64_t classes) {
  nn::Sequential model;
  for (const std::int64_t width : settings.hidden) {
    model->push_back(nn::Linear(features, width));
    activations.at(settings.activation)(model);
    features = width;
  }
  model->push_back(nn::Linear(features, classes));
  return model;
}

double accuracy(const nn::Sequential& model, const Tensor& x, const Tensor& y) {
  const NoGradGuard guard;
  return (model(x).argmax(1) == y).to(kFloat).mean().item();
}

class Training {
 public:
  Training(const Settings& settings, const samples::Table& table, const Device& device)
      : settings_(settings), split_(table), classes_(table.classes), device_(device) {
    dtype_ = settings.dtype == "float64" ? kFloat64 : kFloat32;
    split_.to(device, dtype_);
    model_ = fresh_model();
    const OptimizerChoice& chosen = optimizers.at(settings.optimizer);
    const double lr = settings.lr.value_or(chosen.lr);
    optimizer_ = chosen.make(model_->parameters(), lr, settings.weight_decay);
  }

  nn::Sequential fresh_model() const {
    nn::Sequential model = make_model(settings_, split_.train_x.size(1), classes_);
    model->to(device_, dtype_);
    return model;
  }
  const nn::Sequential& model() const { return model_; }
  const samples::Split& split() const { return split_; }
  /// One entry per epoch: mean training loss, accuracy on the training rows, on the held-out rows.
  std::vector<double> losses, train_accuracy, test_accuracy;

  /// Trains from the epoch after the last one to the last of the settings; after each calls
  /// `done(epoch)`. False if Ctrl-C ended it.
  template <class Done> bool run(const Done& done) {
    const data::DataLoader loader({split_.train_x, split_.train_y}, settings_.batch, true);
    Tensor recorded_loss;
    auto recorded =
        tandem::record([&](const Tensor& x, const Tensor& y) { recorded_loss = step(x, y); });
    for (int epoch = static_cast<int>(losses.size()) + 1; epoch <= settings_.epochs; ++epoch) {
      samples::Progress progress(label(epoch), loader.size());
      double total = 0;
      for (const TensorList& batch : loader) {
        if (interrupted) return false;
        // A recording is for one shape; the shorter last batch takes the plain step.
        if (settings_.record && batch[0].size(0) == settings_.batch) {
          recorded(batch[0], batch[1]);
          total += recorded_loss.item();
        } else {
          total += step(batch[0], batch[1]).item();
        }
        progress.advance();
      }
      losses.push_back(total / static_cast<double>(loader.size()));
      train_accuracy.push_back(accuracy(model_, split_.train_x, split_.train_y));
      test_accuracy.push_back(accuracy(model_, split_.test_x, split_.test_y));
      done(epoch);
    }
    return true;
  }
  std::string label(int epoch) const {
    char text[40];
    std::snprintf(text, sizeof text, "epoch %3d/%d", epoch, settings_.epochs);
    return text;
  }

  // ---- checkpoints: everything that the next epoch depends on, in one file ----

  void save(const std::string& path) const {
    NamedTensors all;
    for (const auto& [name, value] : nn::state_dict(*model_))
      all.emplace_back("model." + name, value);
    for (const auto& [name, value] : optim::state_dict(*optimizer_))
      all.emplace_back("optimizer." + name, value);
    all.emplace_back("generator", default_generator().get_state());
    all.emplace_back("history.loss", tensor(losses, kFloat64));
    all.emplace_back("history.train_accuracy", tensor(train_accuracy, kFloat64));
    all.emplace_back("history.test_accuracy", tensor(test_accuracy, kFloat64));
    save_safetensors(path, all, description());
  }
  /// Throws if the checkpoint is damaged or from a training with other settings.
  void load(const std::string& path) {
    std::map<std::string, std::string> made_with;
    NamedTensors model, optimizer;
    std::map<std::string, Tensor> rest;
    for (const auto& [name, value] : load_safetensors(path, &made_with)) {
      if (name.starts_with("model."))
        model.emplace_back(name.substr(6), value);
      else if (name.starts_with("optimizer."))
        optimizer.emplace_back(name.substr(10), value);
      else
        rest[name] = value;
    }
    const auto history = [&](const char* name) {
      const auto found = rest.extract(name);
      check(!found.empty() && found.mapped().dim() == 1 && found.mapped().dtype() == kFloat64, path,
            ": ", name, " is missing or no list of float64");
      std::vector<double> values = samples::values_of(found.mapped());
      for (const double value : values)
        check(std::isfinite(value), path, ": ", name, " has ", value);
      return values;
    };
    std::vector<double> new_losses = history("history.loss"),
                        new_train = history("history.train_accuracy"),
                        new_test = history("history.test_accuracy");
    check(new_losses.size() == new_train.size() && new_losses.size() == new_test.size(), path,
          ": its histories have ", new_losses.size(), ", ", new_train.size(), " and ",
          new_test.size(), " epochs");
    const auto generator = rest.extract("generator");
    check(!generator.empty(), path, ": generator is missing");
    check(rest.empty(), path, ": ", rest.empty() ? "" : rest.begin()->first, " is not known");
    for (const NamedTensors* all : {&model, &optimizer})
      for (const auto& [name, value] : *all)
        check(!value.is_floating_point() || isfinite(value).all().item<bool>(), path, ": ", name,
              " is not finite");
    for (const auto& [flag, value] : description())
      check(made_with[flag] == value, path, " was made with --", flag, " '", made_with[flag],
            "', now it is '", value, "'");
    nn::load_state_dict(*model_, model);
    optim::load_state_dict(*optimizer_, optimizer);
    default_generator().set_state(generator.mapped());
    losses = std::move(new_losses);
    train_accuracy = std::move(new_train);
    test_accuracy = std::move(new_test);
  }

 private:
  Tensor step(const Tensor& x, const Tensor& y) {
    optimizer_->zero_grad();
    const Tensor loss = F::cross_entropy(model_(x), y);
    loss.backward();
    optimizer_->step();
    return loss;
  }
  static std::string exact(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", value);
    return text;
  }
  /// The flags on which the course of a training depends.
  std::map<std::string, std::string> description() const {
    std::string hidden;
    for (const std::int64_t width : settings_.hidden)
      hidden += (hidden.empty() ? "" : ",") + std::to_string(width);
    return {{"data", settings_.data},
            {"target", settings_.target},
            {"hidden", hidden},
            {"activation", settings_.activation},
            {"optimizer", settings_.optimizer},
            {"dtype", settings_.dtype},
            {"batch", std::to_string(settings_.batch)},
            {"lr", settings_.lr ? exact(*settings_.lr) : ""},
            {"weight-decay", exact(settings_.weight_decay)},
            {"seed", std::to_string(settings_.seed)}};
  }

  const Settings& settings_;
  samples::Split split_;
  std::int64_t classes_;
  Device device_;
  DType dtype_;
  nn::Sequential model_;
  Optimizer optimizer_;
};

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
  const bool finished = training.run([&](int epoch) {
    training.save(checkpoint);
    std::printf("%s  loss %.4f  accuracy %.4f  held out %.4f\n", training.label(epoch).c_str(),
                training.losses.back(), training.train_accuracy.back(),
                training.test_accuracy.back());
    std::fflush(stdout);
  });
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
  const auto flags = [&](CLI::App& app) {
    app.add_option("--data", settings.data, "digits, iris, breast_cancer or csv:FILE")
        ->capture_default_str();
    app.add_option("--target", settings.target,
                   "column of a csv:FILE with the classes, by name or number; default the last");
    app.add_option("--hidden", settings.hidden, "widths of the hidden layers, e.g. 128,64")
        ->delimiter(',')
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--activation", settings.activation)
        ->check(CLI::IsMember(names_of(activations)))
        ->capture_default_str();
    app.add_option("--optimizer", settings.optimizer)
        ->check(CLI::IsMember(names_of(optimizers)))
        ->capture_default_str();
    app.add_option("--dtype", settings.dtype)
        ->check(CLI::IsMember({"float32", "float64"}))
        ->capture_default_str();
    app.add_option("--epochs", settings.epochs)->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--batch", settings.batch)->check(CLI::PositiveNumber)->capture_default_str();
    app.add_option("--lr", settings.lr, "default: one that suits the optimizer")
        ->check(CLI::PositiveNumber);
    app.add_option("--weight-decay", settings.weight_decay)
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--goal", settings.goal, "held-out accuracy to reach, or exit with 1")
        ->check(CLI::Range(0.0, 1.0));
    app.add_option("--seed", settings.seed)->capture_default_str();
    app.add_flag("--record", settings.record, "record the step once and replay it");
    app.add_flag("--resume", settings.resume, "go on from the checkpoint in --out");
  };
  return samples::run(argc, argv, "Trains an MLP on a table, by default handwritten digits.", flags,
                      [&](const samples::Common& common) { return train(common, settings); });
}
