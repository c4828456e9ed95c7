// What a library has to say that is not an error. Libraries never print: the program installs a sink.
#pragma once

#include <functional>
#include <string_view>

namespace diolkos::log {

enum class Level { debug, note, warning };

using Sink = std::function<void(Level, std::string_view)>;

void set_sink(Sink sink);  // an empty sink drops everything, as at start; safe from any thread
void write(Level level, std::string_view message);

inline void debug(std::string_view message) { write(Level::debug, message); }
inline void note(std::string_view message) { write(Level::note, message); }
inline void warning(std::string_view message) { write(Level::warning, message); }

}  // namespace diolkos::log
