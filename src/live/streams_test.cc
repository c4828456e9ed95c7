// Several frames in the network at once.
#include <array>
#include <random>

#include "live/test_run.h"
#include "live/turns.h"

namespace diolkos::live {
namespace {

TEST(Turns, AreHadInTheOrderOfAsking) {
  Turns one(1);
  int inside = 0;
  std::array<int, 3> turns{};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < turns.size(); ++i)
    threads.emplace_back([&, i] {
      for (bool going = true; going;) {
        const Turn turn(one);
        EXPECT_EQ(++inside, 1);
        going = ++turns[i] < 300;
        --inside;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(turns, (std::array{300, 300, 300}));
}

TEST(Turns, EachNumberIsHadByOneAtATime) {
  Turns three(3);
  std::array<std::atomic<int>, 3> inside{};
  std::vector<std::thread> threads;
  for (int i = 0; i < 5; ++i)
    threads.emplace_back([&] {
      for (int times = 0; times < 500; ++times) {
        const Turn turn(three);
        EXPECT_EQ(++inside[turn.number()], 1);
        std::this_thread::yield();
        --inside[turn.number()];
      }
    });
  for (std::thread& thread : threads) thread.join();
}

// Of a network with three streams.
class Streams : public LivePipeline {
 protected:
  // Takes a different time for each frame, and counts those who are inside.
  class UnevenNetwork : public BrightnessNetwork {
   public:
    explicit UnevenNetwork(unsigned seed) : random_(seed) {}
    Status run(const Tensor& input, Tensor& output) override {
      if (throws-- == 0) throw std::runtime_error("the runtime threw");
      EXPECT_EQ(++inside_, 1);
      most_at_once = std::max<int>(most_at_once, ++all_inside);
      time = milliseconds(random_() % 4);
      Status done = BrightnessNetwork::run(input, output);
      --all_inside;
      --inside_;
      return done;
    }
    int throws = -1;
    static inline std::atomic<int> all_inside = 0, most_at_once = 0;

   private:
    std::mt19937 random_;
    std::atomic<int> inside_ = 0;
  };

  Status run_streams() {
    Networks networks;
    networks.first = candidate(*streams_[0]);
    networks.first.streams = {streams_[0].get(), streams_[1].get(), streams_[2].get()};
    const Feed feed = feed_of(sinks_);
    return run_live(networks, options_, settings_, std::span(&feed, 1));
  }

  std::array<std::unique_ptr<UnevenNetwork>, 3> streams_{
      std::make_unique<UnevenNetwork>(1), std::make_unique<UnevenNetwork>(2), std::make_unique<UnevenNetwork>(3)};
};

TEST_F(Streams, EveryFrameInOrderAndSeveralAtOnce) {
  script_.frames = 500;
  UnevenNetwork::most_at_once = 0;
  ASSERT_TRUE(run_streams());
  ASSERT_EQ(sink().indices.size(), 500u);
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(sink().indices[static_cast<std::size_t>(i)], i);
    EXPECT_EQ(sink().values[static_cast<std::size_t>(i)], i % 256 > 127 ? 255 : 0) << i;
  }
  EXPECT_EQ(UnevenNetwork::most_at_once, 3);
  EXPECT_EQ(statistics_->figures().inferred, 500);
  EXPECT_GT(statistics_->figures().mean_fps, 0);
}

TEST_F(Streams, OneThatFailsOrThrowsEndsTheRun) {
  script_.frames = 1 << 30;
  streams_[1]->fail_at = 20;
  EXPECT_EQ(run_streams().error().message, "the network broke");
  streams_[1]->fail_at = -1;
  script_.given = 0;
  streams_[2]->throws = 20;
  EXPECT_EQ(run_streams().error().message, "a stage failed: the runtime threw");
}

TEST_F(Streams, StopInGoodOrder) {
  script_.frames = 1 << 30;
  options_.most_frames = 31;
  ASSERT_TRUE(run_streams());
  EXPECT_EQ(sink().indices.size(), 31u);
  EXPECT_TRUE(sink().finished);
}

}  // namespace
}  // namespace diolkos::live
