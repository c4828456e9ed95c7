#include "log_sink.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace diolkos::cli {
namespace {

using Json = nlohmann::ordered_json;

LogForm installed_form = LogForm::text;

void install_text(bool verbose) {
  auto logger = spdlog::stderr_color_mt("diolkos");
  logger->set_pattern("%n: %^%l%$: %v");
  logger->set_level(verbose ? spdlog::level::debug : spdlog::level::info);
  log::set_sink([logger](log::Level level, std::string_view message) {
    const auto to = level == log::Level::warning ? spdlog::level::warn
                    : level == log::Level::note  ? spdlog::level::info
                                                 : spdlog::level::debug;
    logger->log(to, "{}", message);
  });
}

// RFC 3339 in UTC, to milliseconds.
std::string time_now() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return fmt::format("{}.{:03}Z", text.data(), since % 1000);
}

void write_line(std::string_view level, std::string_view event, std::string_view message,
                std::span<const log::Field> fields) {
  Json line{{"time", time_now()}, {"level", level}, {"event", event}};
  for (const log::Field& field : fields)
    std::visit([&](const auto& value) { line[std::string(field.name)] = value; }, field.value);
  line["message"] = message;
  const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void install_json(bool verbose) {
  constexpr std::array<std::string_view, 3> kLevels{"debug", "info", "warning"};
  const auto name = [kLevels](log::Level level) { return kLevels[static_cast<std::size_t>(level)]; };
  log::set_sink([=](log::Level level, std::string_view message) {
    if (verbose || level != log::Level::debug) write_line(name(level), "message", message, {});
  });
  log::set_event_sink(
      [=](const log::Event& event) { write_line(name(event.level), event.name, event.message, event.fields); });
}

}  // namespace

void install_log_sink(bool verbose, LogForm form) {
  installed_form = form;
  form == LogForm::json ? install_json(verbose) : install_text(verbose);
}

void announce(std::string_view event, const std::string& text, std::initializer_list<log::Field> fields) {
  if (installed_form == LogForm::json)
    log::event(log::Level::note, event, text, fields);
  else
    std::fprintf(stderr, "%s\n", text.c_str());
}

void report_error(std::string_view command, const std::string& message) {
  if (installed_form == LogForm::json) {
    const log::Field field{"command", std::string(command)};
    write_line("error", "failed", message, std::span(&field, 1));
  } else {
    std::fprintf(stderr, "diolkos %s: %s\n", std::string(command).c_str(), message.c_str());
  }
}

}  // namespace diolkos::cli
