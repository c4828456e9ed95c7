// What a network or a sink that fails does to a run.
#include "live/test_run.h"

namespace diolkos::live {
namespace {

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

TEST_F(LivePipeline, ASinkThatMayMissFramesDoesNotEndAFile) {
  script_.frames = 60;
  RecordingSink& screen = add(false, View::overlay);
  screen.failing = true;
  ASSERT_TRUE(run());
  EXPECT_EQ(sink().indices.size(), 60u);
  EXPECT_TRUE(screen.indices.empty());
  EXPECT_TRUE(statistics_->figures().sinks[1].failing);
}

TEST_F(LivePipeline, ASinkThatHasEndedTakesNoMoreAndThatIsTold) {
  const Events events;
  script_.frames = 60;
  RecordingSink& window = add(false, View::overlay);
  window.on_frame = [&](const Frame&) { window.closed = "the window was closed"; };
  ASSERT_TRUE(run());
  EXPECT_EQ(sink().indices.size(), 60u);
  EXPECT_EQ(window.indices.size(), 1u);
  EXPECT_TRUE(window.finished);
  const SinkFigures told = statistics_->figures().sinks[1];
  EXPECT_FALSE(told.failing);
  EXPECT_EQ(told.state, "the window was closed");
  EXPECT_EQ(std::ranges::count(events.names, "sink_ended"), 1);
}

}  // namespace
}  // namespace diolkos::live
