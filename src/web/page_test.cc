#include "web/page.h"

#include <gmock/gmock.h>

namespace diolkos::web {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Page, AsksForNothingFromElsewhere) {
  const std::string text(page());
  EXPECT_THAT(text, StartsWith("<!doctype html>"));
  EXPECT_THAT(text, HasSubstr("</html>"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("https://")));
}

}  // namespace
}  // namespace diolkos::web
