#include "base/part_of.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace diolkos {
namespace {

TEST(PartOf, PartsMeetCoverAllAndDifferByOneAtMost) {
  for (std::int64_t count = 0; count < 30; ++count)
    for (std::int64_t parts = 1; parts < 35; ++parts) {
      std::int64_t at = 0, least = count, most = 0;
      for (std::int64_t i = 0; i < parts; ++i) {
        const auto [begin, end] = part_of(count, parts, i);
        EXPECT_EQ(begin, at);
        least = std::min(least, end - begin);
        most = std::max(most, end - begin);
        at = end;
      }
      EXPECT_EQ(at, count);
      EXPECT_LE(most - least, 1) << count << " in " << parts;
    }
}

}  // namespace
}  // namespace diolkos
