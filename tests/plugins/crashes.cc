// Dies while it is loaded.
#include <csignal>

namespace {
[[maybe_unused]] const int crash = std::raise(SIGSEGV);
}
