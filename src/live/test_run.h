// For tests of whole runs: a source that follows a script, a network that tells bright from dark, sinks that remember.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "base/log_event.h"
#include "live/live_pipeline.h"

namespace diolkos::live {

using std::chrono::milliseconds;

// Two classes: what is brighter than half is class 1.
class BrightnessNetwork : public pipeline::Network {
 public:
  const runtime::Port& input() const override { return input_; }
  const runtime::Port& output() const override { return output_; }
  Status run(const Tensor& input, Tensor& output) override {
    if (runs_++ == fail_at) return failure(ErrorCode::internal, "the network broke");
    std::this_thread::sleep_for(time);
    const auto from = input.as<float>();
    const auto to = output.mutable_as<float>();
    for (std::size_t i = 0; i < to.size() / 2; ++i) {
      to[i] = 0;
      to[to.size() / 2 + i] = 20 * (from[i] - border);
    }
    return {};
  }
  int fail_at = -1;
  float border = 0.5f;  // between the classes
  milliseconds time{0};

 private:
  int runs_ = 0;
  runtime::Port input_{"input", DType::float32, {1, 3, 8, 8}};
  runtime::Port output_{"out", DType::float32, {1, 2, 8, 8}};
};

struct Script {
  int frames = 100;               // in all
  int fail_every = 0;             // an error after so many frames of one opening
  std::atomic<int> hang_at = -1;  // a frame that never comes
  milliseconds interval{0};
  std::atomic<int> given = 0, opened = 0;
  std::atomic<int> allocated = 0;  // frames that came without memory
  std::atomic<bool> let_go = false;
};

class ScriptedSource : public video::Source {
 public:
  explicit ScriptedSource(Script& script) : script_(script) { ++script_.opened; }
  const video::SourceInfo& info() const override { return info_; }
  Result<bool> next(video::Frame& frame) override {
    if (script_.given == script_.frames) return false;
    if (script_.fail_every != 0 && ++here_ > script_.fail_every) return io_failure("the cable is out");
    if (script_.given == script_.hang_at) {
      script_.hang_at = -1;
      while (!script_.let_go) std::this_thread::sleep_for(milliseconds(1));
      return false;
    }
    std::this_thread::sleep_for(script_.interval);
    script_.allocated += frame.image.empty();
    frame.image.reshape(16, 8, segmentation::PixelFormat::bgr);
    std::ranges::fill(frame.image.pixels(), static_cast<std::uint8_t>(script_.given % 256));
    frame.index = script_.given++;
    return true;
  }

 private:
  Script& script_;
  int here_ = 0;
  video::SourceInfo info_{"script", video::SourceInfo::Kind::camera, std::nullopt, 25};
};

class RecordingSink : public Sink {
 public:
  RecordingSink(bool every, View view) : every_(every), view_(view) { indices.reserve(4096); }
  std::string name() const override { return "record"; }
  bool every_frame() const override { return every_; }
  std::optional<View> view(const Settings&) const override { return view_; }
  Status write(const Frame& frame) override {
    std::this_thread::sleep_for(time);
    if (failing) return io_failure("the disk is full");
    indices.push_back(frame.captured.index);
    const segmentation::Image* const picture = frame.picture(view_);
    values.push_back(picture == nullptr ? -1 : picture->pixels()[3 * 8]);
    if (on_frame) on_frame(frame);
    return {};
  }
  Status finish() override {
    finished = true;
    return {};
  }
  std::optional<std::string> ended() const override { return closed; }
  std::vector<std::int64_t> indices;
  std::vector<int> values;
  std::function<void(const Frame&)> on_frame;
  std::optional<std::string> closed;
  std::atomic<bool> failing = false;
  bool finished = false;
  milliseconds time{0};

 private:
  bool every_;
  View view_;
};

class LivePipeline : public ::testing::Test {
 protected:
  LivePipeline() {
    source_.name = "script";
    source_.open = [this]() -> Result<std::unique_ptr<video::Source>> {
      if (refuse) return io_failure("no such camera");
      return std::unique_ptr<video::Source>(std::make_unique<ScriptedSource>(script_));
    };
    source_.shortest_pause = source_.longest_pause = milliseconds(1);
    source_.silence = milliseconds(1000);
    options_.stop = &stop_;
    Settings settings;
    settings.class_index = 1;
    settings_.set(settings);
    add(true, View::mask);
  }

  RecordingSink& add(bool every, View view) {
    sinks_.push_back(std::make_unique<RecordingSink>(every, view));
    return sink(sinks_.size() - 1);
  }
  RecordingSink& sink(std::size_t index = 0) { return static_cast<RecordingSink&>(*sinks_[index]); }

  Status run() {
    const Feed feed = feed_of(sinks_);
    return run_live(networks(), options_, settings_, std::span(&feed, 1));
  }

  Feed feed_of(const std::vector<std::unique_ptr<Sink>>& sinks) {
    statistics_.emplace("script", std::vector<std::string>(sinks.size(), "sink"));
    return {source_, sinks, *statistics_};
  }
  Candidate candidate(pipeline::Network& network) const {
    Candidate candidate{{&network}, {}, {}};
    candidate.preprocess.normalization = *segmentation::normalization_named("unit");
    candidate.postprocess.class_index = settings_.get().class_index;
    return candidate;
  }
  Networks networks() {
    Networks networks;
    networks.first = candidate(network_);
    if (versus_) networks.versus = candidate(*versus_);
    return networks;
  }

  static void expect_order(const std::vector<std::int64_t>& indices) {
    for (std::size_t i = 1; i < indices.size(); ++i) ASSERT_GT(indices[i], indices[i - 1]);
  }

  bool refuse = false;
  Script script_;
  BrightnessNetwork network_;
  std::optional<BrightnessNetwork> versus_;
  SourceOptions source_;
  LiveOptions options_;
  std::atomic<bool> stop_ = false;
  SharedSettings settings_{Settings{}};
  std::vector<std::unique_ptr<Sink>> sinks_;
  std::optional<Statistics> statistics_;
};

// Names of events, while it lives.
class Events {
 public:
  Events() {
    log::set_event_sink([this](const log::Event& event) {
      names.emplace_back(event.name);
      for (const log::Field& field : event.fields)
        if (field.name == "source") sources.push_back(std::get<std::string>(field.value));
    });
  }
  ~Events() { log::set_event_sink({}); }
  std::vector<std::string> names, sources;
};

}  // namespace diolkos::live
