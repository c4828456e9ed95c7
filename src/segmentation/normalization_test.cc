#include "segmentation/normalization.h"

#include <gmock/gmock.h>

namespace diolkos::segmentation {
namespace {

using ::testing::HasSubstr;

TEST(Normalization, TablesAreTheFormula) {
  const auto imagenet = lookup_tables(*normalization_named("imagenet"));
  EXPECT_NEAR(imagenet[0][0], -0.485f / 0.229f, 1e-6f);
  EXPECT_NEAR(imagenet[1][255], (1 - 0.456f) / 0.224f, 1e-6f);
  EXPECT_NEAR(imagenet[2][128], (128 / 255.0f - 0.406f) / 0.225f, 1e-6f);
  const auto symmetric = lookup_tables(*normalization_named("symmetric"));
  const auto unit = lookup_tables(*normalization_named("unit"));
  const auto none = lookup_tables(*normalization_named("none"));
  for (std::size_t value = 0; value < 256; ++value) {
    const auto x = static_cast<float>(value);
    EXPECT_NEAR(symmetric[1][value], x / 127.5f - 1, 1.2e-7f) << value;
    EXPECT_FLOAT_EQ(unit[2][value], x / 255) << value;
    EXPECT_EQ(none[0][value], x) << value;
  }
}

TEST(Normalization, MetadataCarriesEveryKind) {
  for (const std::string_view name : normalization_names()) {
    Metadata metadata;
    write_metadata(*normalization_named(name), metadata);
    EXPECT_EQ(metadata.at("diolkos.normalize"), name);
    EXPECT_EQ(read_normalization(metadata).value().value(), *normalization_named(name));
  }
  const Normalization custom{{0.1, 1.0 / 3, 0.9}, {0.25, 1e-3, 0.7}};
  Metadata metadata;
  write_metadata(custom, metadata);
  EXPECT_EQ(metadata.at("diolkos.normalize"), "custom");
  EXPECT_EQ(read_normalization(metadata).value().value(), custom);
  EXPECT_FALSE(read_normalization({}).value().has_value());
}

TEST(Normalization, HostileMetadataIsAnError) {
  EXPECT_THAT(read_normalization({{"diolkos.normalize", "imagnet"}}).error().message,
              HasSubstr("did you mean 'imagenet'?"));
  EXPECT_THAT(read_normalization({{"diolkos.normalize", "custom"}}).error().message,
              HasSubstr("'diolkos.mean' is missing"));
  EXPECT_FALSE(
      read_normalization({{"diolkos.normalize", "custom"}, {"diolkos.mean", "0,0,0"}, {"diolkos.std", "0,1,1"}}));
}

TEST(Normalization, ThreeNumbersOrNothing) {
  EXPECT_EQ(parse_rgb("--mean", "0.485,0.456,0.406").value(), (Rgb{0.485, 0.456, 0.406}));
  for (const char* text :
       {"", ",", "1,2", "1,2,3,", "1,2,3,4", "a,b,c", "1, 2,3", "1,2,nan", "inf,1,1", "1;2;3", " 1,2,3"})
    EXPECT_THAT(parse_rgb("--mean", text).error().message, HasSubstr("--mean: got")) << text;
}

TEST(Normalization, ValuesOfTheWrongRangeAreExplained) {
  EXPECT_THAT(check({{123.7, 116.3, 103.5}, {1, 1, 1}}).error().message, HasSubstr("divided by 255"));
  EXPECT_THAT(check({{0, 0, 0}, {58.4, 57.1, 57.4}}).error().message, HasSubstr("divided by 255"));
  EXPECT_FALSE(check({{0, 0, 0}, {0, 1, 1}}));
}

}  // namespace
}  // namespace diolkos::segmentation
