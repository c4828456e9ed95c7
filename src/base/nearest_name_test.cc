#include "base/nearest_name.h"

#include <array>

#include <gtest/gtest.h>

namespace diolkos {
namespace {

constexpr std::array<std::string_view, 4> kNames{"dog", "cat", "--threads", "--threshold"};

TEST(NearestName, FindsTypingErrors) {
  EXPECT_EQ(nearest_name("dgo", kNames), "dog");
  EXPECT_EQ(nearest_name("Dog", kNames), "dog");
  EXPECT_EQ(nearest_name("--thread", kNames), "--threads");
  EXPECT_EQ(nearest_name("--treshold", kNames), "--threshold");
}

TEST(NearestName, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest_name("giraffe", kNames), "");
  EXPECT_EQ(did_you_mean("giraffe", kNames), "");
  EXPECT_EQ(nearest_name("", kNames), "");
  EXPECT_EQ(did_you_mean("dgo", kNames), "; did you mean 'dog'?");
}

}  // namespace
}  // namespace diolkos
