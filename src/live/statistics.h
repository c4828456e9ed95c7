// What a live run tells of itself while it runs. Safe from any thread; no allocation when frames are counted.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "live/frame.h"
#include "live/window.h"

namespace diolkos::live {

enum class SourceState { opening, running, stalled, lost, ended };
inline constexpr std::array<std::string_view, 5> kSourceStateNames = {"opening", "running", "stalled", "lost", "ended"};

inline constexpr std::chrono::milliseconds kStalledAfter{1500};  // without a frame of a running source

struct SinkFigures {
  std::string name;
  std::string state = "running";  // or what is wrong
  bool failing = false;
  std::int64_t frames = 0;   // done
  std::int64_t dropped = 0;  // that came while it was busy, or that it could not take
  double fps = 0;
  measure::Summary age_ms;     // from the source to here, of the newest frames
};

// Of an A/B run, over the newest frames.
struct VersusFigures {
  measure::Summary ms;            // the second network's inference
  measure::Summary same, iou;     // of Agreement
  Agreement newest;
};

// Of one source and its sinks.
struct Figures {
  std::string name;  // of the source
  double uptime_s = 0;
  SourceState source = SourceState::opening;
  std::string source_message;         // why it is lost
  double source_silent_s = 0;         // since its last frame
  double retry_in_s = 0;              // of a lost source
  std::int64_t losses = 0;            // how often it was lost
  std::int64_t captured = 0, inferred = 0;
  std::int64_t dropped = 0;           // that gave way to newer ones before the network saw them
  int width = 0, height = 0;
  double capture_fps = 0, inference_fps = 0;  // of the newest frames
  double mean_fps = 0;                // through the network, from the first frame to the last
  std::array<measure::Summary, pipeline::kStageNames.size()> stages_ms;
  std::array<std::pair<int, double>, 8> largest{};  // class and share of the newest frame, the largest first
  int largest_count = 0;
  std::vector<SinkFigures> sinks;
  std::optional<VersusFigures> versus;
};

class Statistics {
 public:
  Statistics(std::string source, const std::vector<std::string>& sinks);

  void source_is(SourceState state, std::string message = {}, double retry_in_s = 0);
  void captured(const Frame& frame);
  void dropped();
  void stage(pipeline::Stage stage, double ms);
  void segmented(const Frame& frame);
  void sink_done(std::size_t sink, double ms, double age_ms);
  void sink_dropped(std::size_t sink);
  void sink_state(std::size_t sink, bool failing, std::string state);

  Figures figures() const;

 private:
  // Events a second over the last ones, up to now.
  class Rate {
   public:
    void tick(Clock::time_point now);
    double at(Clock::time_point now) const;

   private:
    std::array<Clock::time_point, 64> times_{};
    std::size_t count_ = 0;
  };
  struct Sink {
    SinkFigures figures;
    SampleWindow ages;
    Rate rate;
  };

  mutable std::mutex mutex_;
  Figures now_;  // of which counters and states are kept here
  Clock::time_point started_ = Clock::now(), last_frame_ = started_, retry_at_ = started_;
  Rate capture_rate_, inference_rate_;
  Clock::time_point first_inferred_, last_inferred_;
  std::array<SampleWindow, pipeline::kStageNames.size()> stages_;
  std::vector<Sink> sinks_;
  SampleWindow versus_ms_, versus_same_, versus_iou_;
  std::optional<Agreement> newest_agreement_;
};

// Of all sources, in their order.
using AllStatistics = std::vector<std::unique_ptr<Statistics>>;
std::vector<Figures> figures_of(const AllStatistics& all);

}  // namespace diolkos::live
