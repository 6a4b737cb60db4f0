#include "samples/support/training.h"

#include <cmath>
#include <cstdio>
#include <sstream>

#include "samples/support/documented.h"
#include "samples/support/progress.h"

namespace samples {

using namespace tandem;
namespace F = nn::functional;

namespace {

using AddActivation = void (*)(nn::Sequential&);
const std::map<std::string, AddActivation> activations = {
    {"tanh", [](nn::Sequential& net) { net->push_back(nn::Tanh()); }},
    {"sigmoid", [](nn::Sequential& net) { net->push_back(nn::Sigmoid()); }},
    {"relu", [](nn::Sequential& net) { net->push_back(nn::ReLU()); }},
    {"gelu", [](nn::Sequential& net) { net->push_back(nn::GELU()); }},
    {"silu", [](nn::Sequential& net) { net->push_back(nn::SiLU()); }},
    {"elu", [](nn::Sequential& net) { net->push_back(nn::ELU()); }}};

struct OptimizerChoice {
  double lr;  ///< unless the settings have one
  std::function<std::unique_ptr<optim::Optimizer>(const TensorList& parameters, double lr,
                                                  double weight_decay)>
      make;
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

nn::Sequential make_model(const Settings& settings, std::int64_t features, std::int64_t classes) {
  nn::Sequential model;
  std::istringstream widths(settings.hidden);
  for (std::string text; std::getline(widths, text, ',');) {
    const std::int64_t width = std::stoll(text);
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

std::string exact(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

}  // namespace

std::vector<std::string> activation_names() { return names_of(activations); }
std::vector<std::string> optimizer_names() { return names_of(optimizers); }

Training::Training(const Settings& settings, const Table& table, const Device& device)
    : settings_(settings),
      split_(table),
      classes_(table.classes),
      device_(device),
      dtype_(settings.dtype == "float64" ? kFloat64 : kFloat32) {
  split_.to(device, dtype_);
  model_ = fresh_model();
  const OptimizerChoice& chosen = optimizers.at(settings.optimizer);
  optimizer_ =
      chosen.make(model_->parameters(), settings.lr.value_or(chosen.lr), settings.weight_decay);
}

nn::Sequential Training::fresh_model() const {
  nn::Sequential model = make_model(settings_, split_.train_x.size(1), classes_);
  model->to(device_, dtype_);
  return model;
}

// ---- training ----

Tensor Training::step(const Tensor& x, const Tensor& y) {
  optimizer_->zero_grad();
  const Tensor loss = F::cross_entropy(model_(x), y);
  loss.backward();
  optimizer_->step();
  return loss;
}

bool Training::run(const std::function<bool()>& stop, const std::function<void(int epoch)>& done) {
  const data::DataLoader loader({split_.train_x, split_.train_y}, settings_.batch, true);
  Tensor recorded_loss;
  auto recorded =
      tandem::record([&](const Tensor& x, const Tensor& y) { recorded_loss = step(x, y); });
  for (int epoch = static_cast<int>(losses.size()) + 1; epoch <= settings_.epochs; ++epoch) {
    Progress progress(label(epoch), loader.size());
    double total = 0;
    for (const TensorList& batch : loader) {
      if (stop()) return false;
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

std::string Training::label(int epoch) const {
  char text[40];
  std::snprintf(text, sizeof text, "epoch %3d/%d", epoch, settings_.epochs);
  return text;
}

// ---- checkpoints ----

std::map<std::string, std::string> Training::description() const {
  return {{"data", settings_.data},
          {"target", settings_.target},
          {"hidden", settings_.hidden},
          {"activation", settings_.activation},
          {"optimizer", settings_.optimizer},
          {"dtype", settings_.dtype},
          {"batch", std::to_string(settings_.batch)},
          {"lr", settings_.lr ? exact(*settings_.lr) : ""},
          {"weight-decay", exact(settings_.weight_decay)},
          {"seed", std::to_string(settings_.seed)}};
}

void Training::save(const std::string& path) const {
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

void Training::load(const std::string& path) {
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
    std::vector<double> values = values_of(found.mapped());
    for (const double value : values) check(std::isfinite(value), path, ": ", name, " has ", value);
    return values;
  };
  std::vector<double> new_losses = history("history.loss"),
                      new_train = history("history.train_accuracy"),
                      new_test = history("history.test_accuracy");
  check(new_losses.size() == new_train.size() && new_losses.size() == new_test.size(), path,
        ": its histories have ", new_losses.size(), ", ", new_train.size(), " and ",
        new_test.size(), " epochs");
  check(new_losses.size() <= static_cast<std::size_t>(settings_.epochs), path, " is after epoch ",
        new_losses.size(), "; --epochs ", settings_.epochs, " ends before it");
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

}  // namespace samples
