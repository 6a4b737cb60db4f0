#include "tests/stress/stress.h"

#include <sys/wait.h>
#include <unistd.h>

namespace tandem::testing {

int start_helper(const std::vector<std::string>& arguments) {
  std::vector<std::string> texts = {TANDEM_STRESS_HELPER};
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& text : texts) argv.push_back(text.data());
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    execv(argv[0], argv.data());
    _exit(127);
  }
  return child;
}

int finish(int process) {
  int status = 0;
  if (waitpid(process, &status, 0) != process) return 126;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace tandem::testing
