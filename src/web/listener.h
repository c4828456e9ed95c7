// A socket that others can connect to.
#pragma once

#include <string>

#include "base/result.h"

namespace diolkos::web {

struct Listener {
  int socket = -1;  // non-blocking, the caller's
  int port = 0;
};

// `port` 0: any that is free.
Result<Listener> listen_on(const std::string& host, int port);

}  // namespace diolkos::web
