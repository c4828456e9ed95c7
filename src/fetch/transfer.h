// One HTTP request for the rest of a file.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "fetch/part_file.h"

namespace diolkos::fetch {

struct Request {
  std::string url;
  std::chrono::seconds connect_timeout;
  std::chrono::seconds stall_timeout;
  std::uint64_t expected;  // bytes of the whole file; far more end the transfer
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct Answer {
  long status = 0;         // HTTP's; 0: none came
  bool complete = false;   // the body came whole
  bool connected = false;  // a server was reached
  bool refused = false;    // the body was not what was asked for: another try would bring the same
  std::string problem;     // where it is not complete: libcurl's words
};

// Asks for what `part` lacks and appends it; where the server sends the whole file, `part` is begun anew. An error
// only where `part` cannot be written; all else is in the answer.
Result<Answer> transfer(const Request& request, PartFile& part);

}  // namespace diolkos::fetch
