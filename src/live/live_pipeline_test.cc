#include "live/live_pipeline.h"

#include "live/test_run.h"

namespace diolkos::live {
namespace {

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
