// Log entries for programs that read logs.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/log.h"

namespace diolkos::log {

// Something that programs which read logs look for by its name; for others it is its message.
struct Field {
  std::string_view name;
  std::variant<std::string, double, std::int64_t> value;
};
struct Event {
  Level level;
  std::string_view name;  // "source_lost"
  std::string_view message;
  std::span<const Field> fields;
};
using EventSink = std::function<void(const Event&)>;

void set_event_sink(EventSink sink);  // an empty one, as at start: events go where messages go
void event(Level level, std::string_view name, std::string_view message, std::initializer_list<Field> fields = {});

}  // namespace diolkos::log
