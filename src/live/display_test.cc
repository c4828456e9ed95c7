#include "live/display.h"

#include <cstdlib>

#include <gmock/gmock.h>

namespace diolkos::live {
namespace {

using ::testing::HasSubstr;

TEST(Display, NoneIsSaidNotTried) {
  ::unsetenv("WAYLAND_DISPLAY");
  ::unsetenv("DISPLAY");
  EXPECT_THAT(no_display().value(), HasSubstr("neither"));
  ::setenv("DISPLAY", ":4711", 1);
  EXPECT_THAT(no_display().value(), HasSubstr("nothing answers"));
}

}  // namespace
}  // namespace diolkos::live
