#include "live/live_pipeline.h"

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

#include <gmock/gmock.h>

#include "base/log_event.h"
#include "live/drop_log.h"

namespace {
std::atomic<long> allocations = 0;
}

[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace diolkos::live {
namespace {

using segmentation::PixelFormat;
using ::testing::HasSubstr;
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
    frame.image.reshape(16, 8, PixelFormat::bgr);
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
  std::vector<std::int64_t> indices;
  std::vector<int> values;
  std::function<void(const Frame&)> on_frame;
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
    Candidate candidate{&network, {}, {}};
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

TEST_F(LivePipeline, OfAFileEveryFrameReachesEverySinkThatWantsAll) {
  script_.frames = 500;
  add(true, View::overlay).time = milliseconds(1);
  add(false, View::original).time = milliseconds(3);
  ASSERT_TRUE(run());
  for (const std::size_t index : {0, 1}) {
    ASSERT_EQ(sink(index).indices.size(), 500u);
    expect_order(sink(index).indices);
    EXPECT_TRUE(sink(index).finished);
  }
  expect_order(sink(2).indices);
  EXPECT_LT(sink(2).indices.size(), 500u);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(sink().values[static_cast<std::size_t>(i)], i % 256 > 127 ? 255 : 0) << i;
  EXPECT_EQ(sink(2).values.back(), 499 % 256);
  const Figures figures = statistics_->figures();
  EXPECT_EQ(figures.captured, 500);
  EXPECT_EQ(figures.inferred, 500);
  EXPECT_EQ(figures.dropped, 0);
  EXPECT_EQ(figures.source, SourceState::ended);
  EXPECT_EQ(figures.sinks[2].frames + figures.sinks[2].dropped, 500);
}

TEST_F(LivePipeline, OfALiveSourceTheLatestWins) {
  source_.live = true;
  script_.frames = 200;
  script_.interval = milliseconds(1);
  network_.time = milliseconds(10);
  ASSERT_TRUE(run());
  expect_order(sink().indices);
  EXPECT_LT(sink().indices.size(), 100u);
  EXPECT_EQ(sink().indices.back(), 199);
  const Figures figures = statistics_->figures();
  EXPECT_GE(figures.inferred, static_cast<std::int64_t>(sink().indices.size()) + figures.sinks[0].dropped);
}

TEST_F(LivePipeline, NothingIsAllocatedForAFrameOnceItRuns) {
  script_.frames = 1200;
  long before = 0, after = 0;
  add(true, View::overlay);
  sink().on_frame = [&](const Frame& frame) {
    if (frame.captured.index == 200) before = allocations;
    if (frame.captured.index == 1100) after = allocations;
  };
  sink().values.reserve(4096);
  sink(1).values.reserve(4096);
  ASSERT_TRUE(run());
  EXPECT_LE(after - before, 20);
}

TEST_F(LivePipeline, ALostSourceIsOpenedAgain) {
  source_.live = source_.returns = true;
  script_.frames = 1 << 20;
  script_.interval = milliseconds(1);
  script_.fail_every = 10;
  sink().on_frame = [&](const Frame&) { stop_ = script_.opened >= 5; };
  ASSERT_TRUE(run());
  expect_order(sink().indices);
  EXPECT_GE(statistics_->figures().losses, 4);
  EXPECT_TRUE(sink().finished);
}

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

TEST_F(LivePipeline, LossReturnAndEndAreEvents) {
  const Events events;
  source_.live = source_.returns = true;
  script_.frames = 1 << 20;
  script_.interval = milliseconds(1);
  script_.fail_every = 10;
  sink().on_frame = [&](const Frame&) { stop_ = script_.opened >= 3; };
  ASSERT_TRUE(run());
  EXPECT_THAT(events.names, testing::IsSupersetOf({"source_running", "source_lost", "source_back"}));
  EXPECT_THAT(events.sources, testing::Each("script"));
  EXPECT_EQ(events.names[0], "source_running");
  EXPECT_EQ(events.names[1], "source_lost");
}

TEST_F(LivePipeline, AFailingSinkIsAnEventOnce) {
  const Events events;
  source_.live = true;
  script_.frames = 60;
  script_.interval = milliseconds(1);
  RecordingSink& other = add(false, View::overlay);
  sink().failing = true;
  other.on_frame = [&](const Frame& frame) { sink().failing = frame.captured.index < 30; };
  ASSERT_TRUE(run());
  EXPECT_EQ(std::ranges::count(events.names, "sink_failing"), 1);
  EXPECT_EQ(std::ranges::count(events.names, "sink_recovered"), 1);
}

TEST(DropLog, TellsOfIntervalsWithDrops) {
  const Events events;
  Statistics statistics("0", {"sink"});
  DropLog drops(statistics, std::chrono::seconds(10));
  auto now = Clock::now();
  const auto later = [&](int seconds) {
    now += std::chrono::seconds(seconds);
    drops.look(now);
    return events.names.size();
  };
  EXPECT_EQ(later(11), 0u);
  statistics.dropped();
  EXPECT_EQ(later(5), 0u);
  EXPECT_EQ(later(6), 1u);
  EXPECT_EQ(later(11), 1u);
  statistics.sink_dropped(0);
  EXPECT_EQ(later(11), 2u);
}

TEST_F(LivePipeline, ASourceThatHangsIsLeftBehind) {
  source_.live = source_.returns = true;
  script_.frames = 60;
  script_.interval = milliseconds(1);
  script_.hang_at = 20;
  sink().on_frame = [&](const Frame&) { stop_ = script_.given == 60; };
  ASSERT_TRUE(run());
  EXPECT_GE(script_.opened, 2);
  EXPECT_GE(WatchedSource::left_behind(), 1);
  script_.let_go = true;
  while (WatchedSource::left_behind() != 0) std::this_thread::sleep_for(milliseconds(1));
}

TEST_F(LivePipeline, ASourceThatCannotBeOpenedAtFirstIsAnError) {
  source_.live = source_.returns = true;
  refuse = true;
  EXPECT_EQ(run().error().message, "no such camera");
  EXPECT_EQ(statistics_->figures().source, SourceState::ended);
}

TEST_F(LivePipeline, ANetworkThatFailsEndsTheRun) {
  for (const bool live : {false, true}) {
    source_.live = live;
    BrightnessNetwork broken;
    broken.fail_at = 30;
    script_.given = 0;
    script_.frames = 1 << 30;  // only an error ends it
    Networks networks;
    networks.first = candidate(broken);
    const Feed feed = feed_of(sinks_);
    const Status end = run_live(networks, options_, settings_, std::span(&feed, 1));
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().message, "the network broke");
  }
}

TEST_F(LivePipeline, ASinkThatFailsEndsAFileButNotACamera) {
  sink().failing = true;
  EXPECT_EQ(run().error().message, "the disk is full");
  EXPECT_FALSE(sink().finished);

  source_.live = true;
  script_.given = 0;
  script_.frames = 80;
  script_.interval = milliseconds(1);
  RecordingSink& other = add(false, View::overlay);
  other.on_frame = [&](const Frame& frame) { sink().failing = frame.captured.index < 40; };
  ASSERT_TRUE(run());
  EXPECT_FALSE(sink().indices.empty());
  EXPECT_GE(sink().indices.front(), 30);
  EXPECT_FALSE(statistics_->figures().sinks[0].failing);
  EXPECT_GT(statistics_->figures().sinks[0].dropped, 0);
}

TEST_F(LivePipeline, SettingsTakeEffectAtOnce) {
  script_.frames = 256;
  network_.time = milliseconds(1);
  sink().on_frame = [&](const Frame& frame) {
    if (frame.captured.index != 150) return;
    Settings changed = settings_.get();
    changed.class_index = 0;
    settings_.set(changed);
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(sink().values[140], 255);  // bright: class 1
  EXPECT_EQ(sink().values[255], 0);    // and not class 0
}

TEST_F(LivePipeline, TwoNetworksSeeTheSameFramesAndTheirDifferenceIsTold) {
  versus_.emplace().border = 0.25f;
  script_.frames = 256;
  RecordingSink& heat = add(true, View::heat);
  RecordingSink& compare = add(true, View::compare);
  std::vector<double> same;
  heat.on_frame = [&](const Frame& frame) { same.push_back(frame.versus.agreement->share()); };
  compare.on_frame = [](const Frame& frame) {
    const segmentation::Image* const whole = frame.picture(View::compare);
    ASSERT_EQ(whole->width(), 16);
    ASSERT_EQ(whole->height(), 8);
  };
  ASSERT_TRUE(run());
  for (const int value : {0, 60, 130, 255}) EXPECT_EQ(same[static_cast<std::size_t>(value)], 1) << value;
  // 8x8 of the frame's 16x8 pixels are what the network sees.
  for (const int value : {70, 120}) EXPECT_EQ(same[static_cast<std::size_t>(value)], 0.5) << value;
  EXPECT_EQ(sink().values[100], 0);
  const Figures figures = statistics_->figures();
  ASSERT_TRUE(figures.versus);
  EXPECT_EQ(figures.versus->same.min, 0.5);
  EXPECT_EQ(figures.versus->iou.min, 0);
  EXPECT_EQ(figures.versus->newest.share(), 1);
  EXPECT_EQ(heat.values[0], 0);
}

TEST_F(LivePipeline, ASecondNetworkThatFailsEndsTheRun) {
  versus_.emplace().fail_at = 5;
  EXPECT_EQ(run().error().message, "the network broke");
}

// Sources beside the fixture's, each with a script and a sink of its own.
class SeveralSources : public LivePipeline {
 protected:
  struct Other {
    Script script;
    std::vector<std::unique_ptr<Sink>> sinks;
    Statistics statistics{"other", {"sink"}};
    RecordingSink& sink() { return static_cast<RecordingSink&>(*sinks[0]); }
  };

  Other& add_source() {
    Other& other = *others_.emplace_back(std::make_unique<Other>());
    other.sinks.push_back(std::make_unique<RecordingSink>(true, View::mask));
    return other;
  }
  Status run_all() {
    std::vector<Feed> feeds{feed_of(sinks_)};
    for (const auto& other : others_) {
      SourceOptions source = source_;
      source.open = [script = &other->script]() -> Result<std::unique_ptr<video::Source>> {
        return std::unique_ptr<video::Source>(std::make_unique<ScriptedSource>(*script));
      };
      feeds.push_back({source, other->sinks, other->statistics});
    }
    return run_live(networks(), options_, settings_, feeds);
  }

  std::vector<std::unique_ptr<Other>> others_;
};

TEST_F(SeveralSources, OfFilesEachGetsEveryFrameInItsOrder) {
  script_.frames = 300;
  for (int i = 0; i < 3; ++i) add_source().script.frames = 100 + 50 * i;
  ASSERT_TRUE(run_all());
  EXPECT_EQ(sink().indices.size(), 300u);
  for (const auto& other : others_) {
    EXPECT_EQ(other->sink().indices.size(), static_cast<std::size_t>(other->script.frames));
    expect_order(other->sink().indices);
    for (std::size_t i = 0; i < other->sink().values.size(); ++i)
      ASSERT_EQ(other->sink().values[i], i % 256 > 127 ? 255 : 0) << i;
  }
}

TEST_F(SeveralSources, AllGetToTheNetworkHoweverFastOneIs) {
  source_.live = true;
  script_.frames = 1 << 30;
  network_.time = milliseconds(2);
  Other& slow = add_source();
  slow.script.frames = 1 << 30;
  slow.script.interval = milliseconds(10);
  slow.sink().on_frame = [&](const Frame&) { stop_ = slow.sink().indices.size() >= 30; };
  ASSERT_TRUE(run_all());
  expect_order(sink().indices);
  expect_order(slow.sink().indices);
  EXPECT_GT(statistics_->figures().dropped, 0);
}

TEST_F(SeveralSources, AnErrorOfOneEndsTheOthersInGoodOrder) {
  script_.frames = 1 << 30;
  script_.interval = milliseconds(1);
  Other& broken = add_source();
  broken.script.frames = 1 << 30;
  broken.sink().failing = true;
  EXPECT_EQ(run_all().error().message, "the disk is full");
  EXPECT_TRUE(sink().finished);
}

TEST_F(LivePipeline, StopsAfterSoManyFramesAndWhenAsked) {
  options_.most_frames = 7;
  ASSERT_TRUE(run());
  EXPECT_EQ(sink().indices.size(), 7u);
  EXPECT_TRUE(sink().finished);

  options_.most_frames.reset();
  script_.given = 0;
  script_.frames = 1 << 20;
  sink().indices.clear();
  sink().on_frame = [&](const Frame&) { stop_ = sink().indices.size() >= 20; };
  ASSERT_TRUE(run());
  EXPECT_GE(sink().indices.size(), 20u);
  EXPECT_LT(sink().indices.size(), 100u);
}

}  // namespace
}  // namespace diolkos::live
