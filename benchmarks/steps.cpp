// Whole training steps as a program writes them: forward, loss, backward, Adam.
#include <memory>

#include "benchmarks/nets.h"

namespace bench {
namespace {

const bool registered = [] {
  for (const Net& net : nets())
    add_row(std::string("step/") + net.name + "/plain", [net](benchmark::State&) {
      auto training = std::make_shared<Training>(net);
      for (int i = 0; i < 3; ++i) training->step();
      return [training] { training->step(); };
    });
  return true;
}();

}  // namespace
}  // namespace bench
