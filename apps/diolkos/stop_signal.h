// Ctrl-C and SIGTERM end long work in good order; a second one ends the program at once.
#pragma once

#include <atomic>

namespace diolkos::cli {

// From now on the signals set the flag. The flag lives as long as the program.
const std::atomic<bool>& stop_on_signal();

}  // namespace diolkos::cli
