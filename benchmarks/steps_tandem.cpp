// Tandem only: the steps recorded, and their floors.
#include <memory>

#include "benchmarks/bare_step.h"

namespace bench {
namespace {

void add_recorded(const Net& net) {
  add_row(std::string("step/") + net.name + "/recorded", [net](benchmark::State&) {
    auto training = std::make_shared<Training>(net);
    const auto step = [training] { training->step(); };
    auto recorded = std::make_shared<tandem::RecordedStep<decltype(step)>>(step);
    for (int i = 0; i < 3; ++i) (*recorded)();
    return [recorded] { (*recorded)(); };
  });
}

void add_floor(const Net& net) {
  add_row(std::string("step/") + net.name + "/floor", [net](benchmark::State& state) {
    Training training(net);
    auto bare = std::make_shared<BareStep>(net, training);
    if (!bare->equals(training, 4)) state.SkipWithError("the floor computes something else");
    return [bare] { (*bare)(); };
  });
}

/// A part of the floor, to see what a step is bound by.
void add_part(const Net& net, const char* name, void (BareStep::*part)()) {
  add_row(std::string("part/") + net.name + '/' + name, [=](benchmark::State&) {
    auto bare = std::make_shared<BareStep>(net, Training(net));
    (*bare)();
    return [=] { ((*bare).*part)(); };
  });
}

const bool registered = [] {
  for (const Net& net : nets()) {
    add_recorded(net);
    add_floor(net);
    add_part(net, "forward", &BareStep::forward);
    add_part(net, "loss", &BareStep::loss);
    add_part(net, "loss_and_backward", &BareStep::loss_and_backward);
    add_part(net, "update", &BareStep::update);
  }
  return true;
}();

}  // namespace
}  // namespace bench
