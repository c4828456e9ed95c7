#include "base/log.h"

#include <mutex>

namespace diolkos::log {
namespace {

std::mutex& guard() {
  static std::mutex mutex;
  return mutex;
}
Sink& installed() {
  static Sink sink;
  return sink;
}

}  // namespace

void set_sink(Sink sink) {
  std::lock_guard lock(guard());
  installed() = std::move(sink);
}

void write(Level level, std::string_view message) {
  std::lock_guard lock(guard());
  if (installed()) installed()(level, message);
}

}  // namespace diolkos::log
