#include "log_sink.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "base/log.h"

namespace diolkos::cli {

void install_log_sink(bool verbose) {
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

}  // namespace diolkos::cli
