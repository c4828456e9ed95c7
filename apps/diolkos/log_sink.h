// What libraries log goes to standard error: as text, or as a JSON object a line.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/log_event.h"

namespace diolkos::cli {

enum class LogForm { text, json };

// Once, before the command runs. As text, debug messages are told only where `verbose`; as JSON so are those that are
// no events.
void install_log_sink(bool verbose, LogForm form);

// Whatever the level of telling is: `text` as it stands, or the event.
void announce(std::string_view event, const std::string& text, std::initializer_list<log::Field> fields = {});
void report_error(std::string_view command, const std::string& message);

}  // namespace diolkos::cli
