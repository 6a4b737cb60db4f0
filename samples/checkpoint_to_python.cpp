// Weights to Python and back. A net is saved as safetensors; checkpoint_to_python.py, which knows
// nothing of Tandem, computes the same outputs with numpy, doubles the last layer and writes a file
// that is loaded here again.
#include <tandem/tandem.h>

#include <cstdio>
#include <cstdlib>

#include "samples/support/arguments.h"
#include "samples/support/documented.h"

using namespace tandem;

nn::Sequential make_net(const Device& device) {
  nn::Sequential net;
  net->push_back("hidden", nn::Linear(4, 8));
  net->push_back("tanh", nn::Tanh());
  net->push_back("output", nn::Linear(8, 3));
  net->to(device);
  return net;
}

/// One argument of a shell command.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

bool python_has_packages() {
  return std::system("python3 -c 'import numpy, safetensors.numpy' >/dev/null 2>&1") == 0;
}

int exchange(const samples::Common& common) {
  manual_seed(0);
  nn::Sequential net = make_net(common.device);
  const Tensor x = randn({5, 4});
  const std::string ours = common.file("checkpoint_to_python.safetensors"),
                    theirs = common.file("checkpoint_from_python.safetensors");
  NamedTensors all = nn::state_dict(*net);
  all.emplace_back("x", x);
  save_safetensors(ours, all, {{"format", "pt"}});
  std::printf("wrote %s:\n", ours.c_str());
  for (const auto& [name, value] : load_safetensors(ours))
    std::printf("  %-14s %s\n", name.c_str(), value.describe().str().c_str());

  samples::Document document("Read back here:");
  const NoGradGuard guard;
  const Tensor y = net(x.to(common.device));
  NamedTensors weights = load_safetensors(ours);
  std::erase_if(weights, [](const auto& entry) { return entry.first == "x"; });
  nn::Sequential copy = make_net(common.device);
  nn::load_state_dict(*copy, weights);
  document.claim("a fresh net with these weights gives the same bits",
                 equal(copy(x.to(common.device)), y));

  if (!python_has_packages()) {
    std::printf(
        "Python's half is left out: it needs numpy and safetensors (pip install numpy "
        "safetensors)\n");
    return document.verdict();
  }
  const std::string script = samples::Common::source("checkpoint_to_python.py");
  const std::string command =
      "python3 " + quoted(script) + " " + quoted(ours) + " " + quoted(theirs);
  std::fflush(stdout);
  check(std::system(command.c_str()) == 0, "Python's half failed");
  document.section("Back from Python:");
  NamedTensors returned = load_safetensors(theirs);
  Tensor numpy_y;
  for (const auto& [name, value] : returned)
    if (name == "y") numpy_y = value;
  std::erase_if(returned, [](const auto& entry) { return entry.first == "y"; });
  document.claim("numpy's outputs are ours, to 1e-6", allclose(y.cpu(), numpy_y, 1e-6, 1e-6));
  nn::load_state_dict(*copy, returned);
  document.claim("with the last layer doubled in Python the outputs are doubled",
                 equal(copy(x.to(common.device)), 2 * y));
  return document.verdict();
}

int main(int argc, char** argv) {
  return samples::run(argc, argv, "Weights to Python and back as safetensors.", exchange);
}
