#include "live/hops.h"

#include <array>
#include <limits>
#include <random>
#include <thread>

#include <gmock/gmock.h>

namespace diolkos::live {
namespace {

TEST(Channel, TheOldestGivesWay) {
  Channel<int> channel(2, WhenFull::replace_oldest);
  EXPECT_FALSE(channel.push(1));
  EXPECT_FALSE(channel.push(2));
  EXPECT_EQ(channel.push(3), 1);
  EXPECT_EQ(channel.pop(), 2);
  channel.close();
  EXPECT_EQ(channel.push(4), 4);
  EXPECT_EQ(channel.pop(), 3);
  EXPECT_EQ(channel.pop(), std::nullopt);
}

TEST(Channel, OrTheSenderWaits) {
  Channel<int> channel(1, WhenFull::wait);
  std::thread sender([&] {
    for (int i = 0; i < 2000; ++i) EXPECT_FALSE(channel.push(i));
    channel.close();
  });
  int expected = 0;
  while (const auto got = channel.pop()) EXPECT_EQ(*got, expected++);
  EXPECT_EQ(expected, 2000);
  sender.join();
}

TEST(Channel, WhatIsAwaitedMayGiveWayToANewerOne) {
  Channel<int> channel(1, WhenFull::replace_oldest);
  channel.push(1);
  EXPECT_TRUE(channel.await());
  channel.push(2);
  channel.close();
  EXPECT_TRUE(channel.await());
  EXPECT_EQ(channel.pop(), 2);
  EXPECT_FALSE(channel.await());
}

// The pipeline's hops, with stages that only take time, by a clock that only the test moves.
class Simulation {
 public:
  explicit Simulation(double inference_ms) : stages_{{{1}, {inference_ms}, {2}, {1}, {3}}} {
    stages_[0].from = &hops_.captured;
    stages_[1].from = &hops_.prepared;
    stages_[2].from = &hops_.inferred;
    stages_[3].from = &hops_.segmented;
    stages_[4].from = &shown_;
    for (std::size_t i = 0; i + 1 < stages_.size(); ++i) stages_[i].to = stages_[i + 1].from;
    for (Frame& frame : frames_) free_.push_back(&frame);
  }

  void run(double hours, double interval_ms) {
    double next_frame = 0;
    const double end = hours * 3600e3;
    for (double now = 0; now < end;) {
      if (next_frame <= now) {
        capture(now);
        next_frame += interval_ms;
      }
      // What one stage hands on, the next one takes at the same moment.
      for (bool moved = true; moved;) {
        moved = false;
        for (Stage& stage : stages_) moved = step(stage, now) || moved;
      }
      double then = next_frame;
      for (const Stage& stage : stages_)
        if (stage.frame != nullptr) then = std::min(then, stage.done_at);
      now = then;
    }
  }

  double oldest_ms = 0;
  std::int64_t shown = 0;
  bool in_order = true;

 private:
  struct Stage {
    double ms = 0;
    Channel<Frame*>* from = nullptr;
    Channel<Frame*>* to = nullptr;
    Frame* frame = nullptr;
    double done_at = 0;
  };

  void capture(double now) {
    ASSERT_FALSE(free_.empty());
    Frame* const frame = free_.back();
    free_.pop_back();
    frame->captured.index = count_++;
    frame->times.ms[0] = now;
    push(hops_.captured, frame);
  }

  void push(Channel<Frame*>& to, Frame* frame) {
    if (const auto displaced = to.push(frame)) free_.push_back(*displaced);
  }

  // Whether anything went on.
  bool step(Stage& stage, double now) {
    const bool done = stage.frame != nullptr && stage.done_at <= now;
    if (stage.frame != nullptr && stage.done_at <= now) {
      if (stage.to != nullptr)
        push(*stage.to, stage.frame);
      else
        show(stage.frame, now);
      stage.frame = nullptr;
    }
    if (stage.frame != nullptr) return done;
    stage.frame = stage.from->try_pop().value_or(nullptr);
    std::uniform_real_distribution<double> spread(0.9, 1.0);
    if (stage.frame != nullptr) stage.done_at = now + stage.ms * spread(random_);
    return done || stage.frame != nullptr;
  }

  void show(Frame* frame, double now) {
    oldest_ms = std::max(oldest_ms, now - frame->times.ms[0]);
    in_order = in_order && frame->captured.index > last_;
    last_ = frame->captured.index;
    ++shown;
    free_.push_back(frame);
  }

  Hops hops_{true};
  Channel<Frame*> shown_{1, WhenFull::replace_oldest};
  std::array<Stage, 5> stages_;
  std::array<Frame, Hops::frames(1) + 2> frames_;
  std::vector<Frame*> free_;
  std::int64_t count_ = 0, last_ = -1;
  std::mt19937 random_{1};
};

class AgeTest : public ::testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Networks, AgeTest, ::testing::Values(45.0, 60.0, 100.0, 350.0));

// 30 frames a second for an hour into a network that is slower than that.
TEST_P(AgeTest, StaysUnderTwoInferences) {
  const double inference_ms = GetParam();
  Simulation simulation(inference_ms);
  simulation.run(1, 1000.0 / 30);
  EXPECT_LT(simulation.oldest_ms, 2 * inference_ms);
  EXPECT_TRUE(simulation.in_order);
  EXPECT_GE(static_cast<double>(simulation.shown), 0.99 * 3600e3 / inference_ms);  // the network never waits
}

}  // namespace
}  // namespace diolkos::live
