#include "base/printable.h"

#include <gtest/gtest.h>

namespace diolkos {
namespace {

TEST(PrintableTest, KeepsToOneHarmlessLine) {
  EXPECT_EQ(printable("layer1.0"), "layer1.0");
  EXPECT_EQ(printable("a\nb\x1b[2J\xff"), "a\\x0ab\\x1b[2J\\xff");
  EXPECT_EQ(printable(std::string(300, 'x'), 5), "xxxxx...");
  EXPECT_EQ(printable(""), "");
}

TEST(PrintableTest, PlainTextIsUtf8WithoutControls) {
  for (const char* text : {"", "layer1.0.conv", "слой", "層", "\xf0\x9f\x90\x95", "\xc2\xa0", "\xf4\x8f\xbf\xbf"})
    EXPECT_TRUE(is_plain_text(text)) << text;
  for (const char* text : {"a\nb", "\x7f", "\xc2\x80", "\xff", "\xc3", "\xe5\xb1", "\x80", "\xc0\xaf", "\xe0\x80\xaf",
                           "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xc3("})
    EXPECT_FALSE(is_plain_text(text)) << printable(text);
  EXPECT_FALSE(is_plain_text(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace diolkos
