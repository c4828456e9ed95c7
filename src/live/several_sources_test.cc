#include "live/test_run.h"

namespace diolkos::live {
namespace {

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

}  // namespace
}  // namespace diolkos::live
