#include "live/drop_log.h"

#include <fmt/format.h>

#include "base/log_event.h"

namespace diolkos::live {

void DropLog::look(Clock::time_point now) {
  if (now - last_ < interval_) return;
  const double seconds = milliseconds_between(last_, now) / 1000;
  last_ = now;
  const Figures figures = statistics_.figures();
  std::int64_t by_sinks = 0;
  for (const SinkFigures& sink : figures.sinks) by_sinks += sink.dropped;
  const std::int64_t overtaken = figures.dropped - std::exchange(overtaken_, figures.dropped);
  by_sinks -= std::exchange(by_sinks_, by_sinks);
  if (overtaken == 0 && by_sinks == 0) return;
  log::event(log::Level::debug, "frames_dropped",
             fmt::format("{}: in {:.0f} s {} frames overtaken by newer ones, {} that sinks could not take",
                         figures.name, seconds, overtaken, by_sinks),
             {{"source", figures.name}, {"seconds", seconds}, {"overtaken", overtaken}, {"by_sinks", by_sinks}});
}

}  // namespace diolkos::live
