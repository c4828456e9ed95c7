#include "live/statistics.h"

#include <algorithm>

namespace diolkos::live {
namespace {

constexpr double kRateSpanS = 5;

}  // namespace

void Statistics::Rate::tick(Clock::time_point now) { times_[count_++ % times_.size()] = now; }

double Statistics::Rate::at(Clock::time_point now) const {
  const std::size_t kept = std::min(count_, times_.size());
  std::size_t counted = 0;
  double span = 0;
  for (std::size_t i = 1; i <= kept; ++i) {
    const double age = milliseconds_between(times_[(count_ - i) % times_.size()], now) / 1000;
    if (age > kRateSpanS) break;
    counted = i;
    span = age;
  }
  return counted < 2 || span <= 0 ? 0 : static_cast<double>(counted - 1) / span;
}

Statistics::Statistics(std::string source, const std::vector<std::string>& sinks) : sinks_(sinks.size()) {
  now_.name = std::move(source);
  for (std::size_t i = 0; i < sinks.size(); ++i) sinks_[i].figures.name = sinks[i];
}

void Statistics::source_is(SourceState state, std::string message, double retry_in_s) {
  const std::lock_guard lock(mutex_);
  now_.losses += state == SourceState::lost && now_.source == SourceState::running;
  if (state == SourceState::running) last_frame_ = Clock::now();
  now_.source = state;
  now_.source_message = std::move(message);
  retry_at_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(retry_in_s));
}

void Statistics::captured(const Frame& frame) {
  const std::lock_guard lock(mutex_);
  ++now_.captured;
  now_.width = frame.captured.image.width();
  now_.height = frame.captured.image.height();
  last_frame_ = frame.at;
  capture_rate_.tick(frame.at);
}

void Statistics::dropped() {
  const std::lock_guard lock(mutex_);
  ++now_.dropped;
}

void Statistics::stage(pipeline::Stage stage, double ms) {
  const std::lock_guard lock(mutex_);
  stages_[static_cast<std::size_t>(stage)].add(ms);
  if (stage != pipeline::Stage::inference) return;
  last_inferred_ = Clock::now();
  if (now_.inferred++ == 0) first_inferred_ = last_inferred_;
  inference_rate_.tick(last_inferred_);
}

void Statistics::segmented(const Frame& frame) {
  std::array<std::pair<int, double>, 8> largest{};
  std::size_t count = 0;
  for (int index = 1; index < static_cast<int>(frame.shares.pixels.size()); ++index) {
    const double share = frame.shares.of(index);
    if (share <= 0) continue;
    if (count < largest.size())
      ++count;
    else if (share <= largest.back().second)
      continue;
    std::size_t place = count - 1;
    for (; place > 0 && largest[place - 1].second < share; --place) largest[place] = largest[place - 1];
    largest[place] = {index, share};
  }
  const std::lock_guard lock(mutex_);
  now_.largest = largest;
  now_.largest_count = static_cast<int>(count);
  if (!frame.versus.agreement) return;
  newest_agreement_ = frame.versus.agreement;
  versus_ms_.add(frame.versus.ms);
  versus_same_.add(frame.versus.agreement->share());
  versus_iou_.add(frame.versus.agreement->iou());
}

void Statistics::sink_done(std::size_t sink, double ms, double age_ms) {
  const std::lock_guard lock(mutex_);
  stages_[static_cast<std::size_t>(pipeline::Stage::encode)].add(ms);
  ++sinks_[sink].figures.frames;
  sinks_[sink].ages.add(age_ms);
  sinks_[sink].rate.tick(Clock::now());
}

void Statistics::sink_dropped(std::size_t sink) {
  const std::lock_guard lock(mutex_);
  ++sinks_[sink].figures.dropped;
}

void Statistics::sink_state(std::size_t sink, bool failing, std::string state) {
  const std::lock_guard lock(mutex_);
  sinks_[sink].figures.failing = failing;
  sinks_[sink].figures.state = std::move(state);
}

Figures Statistics::figures() const {
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  Figures figures = now_;
  figures.uptime_s = milliseconds_between(started_, now) / 1000;
  figures.source_silent_s = milliseconds_between(last_frame_, now) / 1000;
  figures.retry_in_s = std::max(0.0, milliseconds_between(now, retry_at_) / 1000);
  if (figures.source == SourceState::running && now - last_frame_ > kStalledAfter)
    figures.source = SourceState::stalled;
  figures.capture_fps = capture_rate_.at(now);
  figures.inference_fps = inference_rate_.at(now);
  if (const double ms = milliseconds_between(first_inferred_, last_inferred_); ms > 0)
    figures.mean_fps = 1000 * static_cast<double>(now_.inferred - 1) / ms;
  for (std::size_t i = 0; i < stages_.size(); ++i) figures.stages_ms[i] = stages_[i].summary();
  for (const Sink& sink : sinks_) {
    figures.sinks.push_back(sink.figures);
    figures.sinks.back().age_ms = sink.ages.summary();
    figures.sinks.back().fps = sink.rate.at(now);
  }
  if (newest_agreement_)
    figures.versus = {versus_ms_.summary(), versus_same_.summary(), versus_iou_.summary(), *newest_agreement_};
  return figures;
}

std::vector<Figures> figures_of(const AllStatistics& all) {
  std::vector<Figures> figures;
  for (const auto& one : all) figures.push_back(one->figures());
  return figures;
}

}  // namespace diolkos::live
