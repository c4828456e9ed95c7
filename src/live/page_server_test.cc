#include "live/page_server.h"

#include <gmock/gmock.h>

namespace diolkos::live {
namespace {

using ::testing::HasSubstr;

TEST(WebPlace, IsTheLoopbackUnlessToldOtherwise) {
  const auto place = [](const char* text) { return web_place(video::parse_address(text)).value(); };
  EXPECT_EQ(place("http://:8080").link(8080), "http://127.0.0.1:8080/");
  EXPECT_EQ(place("http://[::1]:80/").link(80), "http://[::1]:80/");
  EXPECT_EQ(place("http://0.0.0.0:1?token=abc").link(1), "http://0.0.0.0:1/?token=abc");
  EXPECT_EQ(place("http://0.0.0.0:1").server.token.size(), 32u);
  EXPECT_EQ(place("http://:1?quality=50").quality, 50);
  const auto error = [](const char* text) { return web_place(video::parse_address(text)).error().message; };
  EXPECT_THAT(error("http://localhost"), HasSubstr("expected http://HOST:PORT"));
  EXPECT_THAT(error("http://:99999"), HasSubstr("0 to 65535"));
  EXPECT_THAT(error("http://:1?tokn=a"), HasSubstr("did you mean 'token'"));
}

}  // namespace
}  // namespace diolkos::live
