#include "evaluate/mask_file.h"

#include <fstream>

#include <gmock/gmock.h>

#include "evaluate/test_png.h"
#include "support/temporary_folder.h"

namespace diolkos::evaluate {
namespace {

using segmentation::Image;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MaskFile : public ::testing::Test {
 protected:
  std::string error(MaskFormat format = MaskFormat::automatic) {
    Image labels;
    const Status status = read_mask(path_, format, labels);
    EXPECT_FALSE(status);
    return status ? "" : status.error().message;
  }
  std::vector<std::uint8_t> labels(MaskFormat format = MaskFormat::automatic) {
    Image image;
    const Status status = read_mask(path_, format, image);
    EXPECT_TRUE(status) << status.error().message;
    return image.pixels();
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "mask.png";
};

TEST_F(MaskFile, PaletteIndicesAreClasses) {
  write_png(path_, {.width = 3, .height = 1, .colour_type = PNG_COLOR_TYPE_PALETTE, .bytes = {0, 12, 255}});
  EXPECT_THAT(labels(), ElementsAre(0, 12, 255));
}

TEST_F(MaskFile, FewBitsAreUnpackedAndNotScaled) {
  write_png(path_, {.width = 4,
                    .height = 1,
                    .colour_type = PNG_COLOR_TYPE_PALETTE,
                    .bits = 2,
                    .bytes = {0b00011011},
                    .palette_entries = 4});
  EXPECT_THAT(labels(), ElementsAre(0, 1, 2, 3));
  write_png(path_, {.width = 8, .height = 1, .bits = 1, .bytes = {0b10100000}});
  EXPECT_THAT(labels(MaskFormat::index), ElementsAre(1, 0, 1, 0, 0, 0, 0, 0));
}

TEST_F(MaskFile, ColoursOfTheVocPaletteAreClasses) {
  const auto dog = segmentation::voc_palette()[12];
  write_png(path_, {.width = 2,
                    .height = 1,
                    .colour_type = PNG_COLOR_TYPE_RGB,
                    .bytes = {dog.red, dog.green, dog.blue, 224, 224, 192}});
  EXPECT_THAT(labels(), ElementsAre(12, 255));
  write_png(path_, {.width = 2, .height = 1, .colour_type = PNG_COLOR_TYPE_RGB, .bytes = {0, 0, 0, 1, 2, 3}});
  EXPECT_THAT(error(), AllOf(HasSubstr("mask.png: the colour 1,2,3 at 1,0 is none of VOC's")));
}

TEST_F(MaskFile, APaletteOfItsOwnIsRefusedUnlessIndicesAreAskedFor) {
  segmentation::Palette mine = segmentation::voc_palette();
  mine[7] = {1, 2, 3};
  write_png(path_, {.width = 1, .height = 1, .colour_type = PNG_COLOR_TYPE_PALETTE, .bytes = {7}, .palette = mine});
  EXPECT_THAT(error(), AllOf(HasSubstr("mask.png"), HasSubstr("palette is not VOC's"), HasSubstr("colour 7 is 1,2,3")));
  EXPECT_THAT(labels(MaskFormat::index), ElementsAre(7));
}

TEST_F(MaskFile, ZeroAnd255AreAskedAbout) {
  write_gray(path_, 2, 1, {0, 255});
  EXPECT_THAT(error(), HasSubstr("--mask-format binary"));
  EXPECT_THAT(labels(MaskFormat::binary), ElementsAre(0, 1));
  EXPECT_THAT(labels(MaskFormat::index), ElementsAre(0, 255));
}

TEST_F(MaskFile, WhatIsNoMaskIsAnErrorWithItsName) {
  std::ofstream(path_) << "no picture";
  EXPECT_THAT(error(), HasSubstr("mask.png: is no PNG"));
  write_png(path_, {.width = 1, .height = 1, .bits = 16, .bytes = {1, 2}});
  EXPECT_THAT(error(), HasSubstr("mask.png: 16 bits"));
  EXPECT_THAT((path_ = folder_ / "absent.png", error()), HasSubstr("absent.png"));
}

TEST_F(MaskFile, EveryCutAndEveryFlippedByteIsAnErrorOrAMask) {
  write_gray(path_, 20, 10, std::vector<std::uint8_t>(200, 3));
  std::ifstream in(path_, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  Image labels;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(path_, std::ios::binary) << whole.substr(0, size);
    EXPECT_FALSE(read_mask(path_, MaskFormat::automatic, labels)) << size;
  }
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x5a);
    std::ofstream(path_, std::ios::binary) << damaged;
    (void)read_mask(path_, MaskFormat::automatic, labels);
  }
}

}  // namespace
}  // namespace diolkos::evaluate
