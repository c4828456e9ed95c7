#include "segmentation/classes.h"

#include <gmock/gmock.h>

namespace diolkos::segmentation {
namespace {

using ::testing::HasSubstr;

TEST(Classes, VocHasTwentyOneAndDogIsTwelve) {
  const ClassNames voc = ClassNames::voc();
  EXPECT_EQ(voc.size(), 21);
  EXPECT_EQ(voc.name(0), "background");
  EXPECT_EQ(voc.name(20), "tvmonitor");
  EXPECT_EQ(voc.find("dog").value(), 12);
  EXPECT_EQ(voc.find("Dog").value(), 12);
  EXPECT_EQ(voc.find("15").value(), 15);
  EXPECT_EQ(voc.find("200").value(), 200);  // whether the network has it is seen at the network
  EXPECT_EQ(voc.name(200), "class 200");
}

TEST(Classes, UnknownNamesAreHelped) {
  const ClassNames voc = ClassNames::voc();
  EXPECT_THAT(voc.find("persn").error().message, HasSubstr("did you mean 'person'?"));
  EXPECT_THAT(voc.find("wolpertinger").error().message, HasSubstr("aeroplane"));
  for (const char* text : {"", "-1", "256", "12x", "99999999999999"}) EXPECT_FALSE(voc.find(text)) << text;
}

TEST(Classes, FilesOfAnyLineEndings) {
  const ClassNames classes = ClassNames::parse("c.txt", "\xEF\xBB\xBFsky\r\n tree \nroad works\r\n\r\n").value();
  EXPECT_EQ(classes.size(), 3);
  EXPECT_EQ(classes.name(0), "sky");
  EXPECT_EQ(classes.name(1), "tree");
  EXPECT_EQ(classes.name(2), "road works");
  EXPECT_EQ(classes.to_text(), "sky\ntree\nroad works\n");
}

TEST(Classes, HostileFiles) {
  EXPECT_THAT(ClassNames::parse("c.txt", "").error().message, HasSubstr("c.txt: holds no class names"));
  EXPECT_FALSE(ClassNames::parse("c.txt", "\n\n\r\n "));
  EXPECT_THAT(ClassNames::parse("c.txt", "a\n\nb\n").error().message, HasSubstr("line 2 is empty"));
  EXPECT_THAT(ClassNames::parse("c.txt", std::string_view("a\0b", 3)).error().message, HasSubstr("not text"));
  std::string many;
  for (int i = 0; i < 257; ++i) many += "x\n";
  EXPECT_THAT(ClassNames::parse("c.txt", many).error().message, HasSubstr("more than 256"));
  EXPECT_EQ(ClassNames::parse("c.txt", std::string_view(many).substr(2)).value().size(), 256);
  EXPECT_FALSE(ClassNames::read("/nonexistent/classes.txt"));
}

TEST(Classes, MetadataCarriesThem) {
  Metadata metadata;
  write_metadata(ClassNames::voc(), metadata);
  EXPECT_EQ(read_class_names(metadata).value()->to_text(), ClassNames::voc().to_text());
  EXPECT_FALSE(read_class_names({}).value().has_value());
}

}  // namespace
}  // namespace diolkos::segmentation
