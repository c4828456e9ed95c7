#include "base/log_event.h"

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
EventSink& installed_for_events() {
  static EventSink sink;
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

void set_event_sink(EventSink sink) {
  std::lock_guard lock(guard());
  installed_for_events() = std::move(sink);
}

void event(Level level, std::string_view name, std::string_view message, std::initializer_list<Field> fields) {
  std::lock_guard lock(guard());
  if (installed_for_events())
    installed_for_events()({level, name, message, std::span(fields.begin(), fields.size())});
  else if (installed())
    installed()(level, message);
}

}  // namespace diolkos::log
