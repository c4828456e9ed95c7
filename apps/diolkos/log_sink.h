// Brings the library's notes and warnings to standard error.
#pragma once

namespace diolkos::cli {

void install_log_sink(bool verbose);  // verbose: debug messages too

}  // namespace diolkos::cli
