#include "live/drop_log.h"

#include "live/test_run.h"

namespace diolkos::live {
namespace {

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

}  // namespace
}  // namespace diolkos::live
