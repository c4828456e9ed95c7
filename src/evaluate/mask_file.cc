#include "evaluate/mask_file.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/mapped_file.h"
#include "evaluate/png_pixels.h"
#include "segmentation/palette.h"
#include "video/completeness.h"

namespace diolkos::evaluate {
namespace {

using segmentation::Colour;
using Kind = PngPixels::Kind;

std::string text_of(const Colour& colour) { return fmt::format("{},{},{}", colour.red, colour.green, colour.blue); }

std::uint32_t packed(const Colour& colour) {
  return static_cast<std::uint32_t>(colour.red) << 16 | static_cast<std::uint32_t>(colour.green) << 8 | colour.blue;
}

Status check_palette(const PngPixels& pixels) {
  std::array<bool, 256> used{};
  for (const std::uint8_t index : pixels.bytes) used[index] = true;
  for (std::size_t index = 0; index < used.size(); ++index) {
    if (!used[index]) continue;
    if (index >= static_cast<std::size_t>(pixels.palette_entries))
      return invalid(
          fmt::format("a pixel's index is {}, but the palette has {} colours", index, pixels.palette_entries));
    if (pixels.palette[index] != segmentation::voc_palette()[index])
      return invalid(
          fmt::format("its palette is not VOC's: colour {} is {}, expected {}; where indices are classes all "
                      "the same, give --mask-format index",
                      index, text_of(pixels.palette[index]), text_of(segmentation::voc_palette()[index])));
  }
  return {};
}

Status check_gray(const PngPixels& pixels) {
  bool marked = false;
  for (const std::uint8_t value : pixels.bytes) {
    if (value != 0 && value != 255) return {};
    marked |= value == 255;
  }
  if (!marked) return {};
  return invalid("holds only 0 and 255: say --mask-format binary (255 is the class) or index (255 is void)");
}

Result<std::vector<std::uint8_t>> classes_of_colours(const PngPixels& pixels) {
  std::map<std::uint32_t, std::uint8_t> known;
  for (std::size_t index = 0; index < segmentation::voc_palette().size(); ++index)
    known.emplace(packed(segmentation::voc_palette()[index]), static_cast<std::uint8_t>(index));
  std::vector<std::uint8_t> classes(pixels.bytes.size() / 3);
  auto last = known.end();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const Colour colour{pixels.bytes[3 * i], pixels.bytes[3 * i + 1], pixels.bytes[3 * i + 2]};
    if (last == known.end() || last->first != packed(colour)) last = known.find(packed(colour));
    if (last == known.end())
      return invalid(fmt::format(
          "the colour {} at {},{} is none of VOC's palette; expected a mask in VOC's colours, or "
          "a palette or gray PNG",
          text_of(colour), i % static_cast<std::size_t>(pixels.width), i / static_cast<std::size_t>(pixels.width)));
    classes[i] = last->second;
  }
  return classes;
}

std::vector<std::uint8_t> foreground_of(const PngPixels& pixels) {
  const std::size_t count = static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.height);
  std::vector<std::uint8_t> marks(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t* const p = pixels.bytes.data() + (pixels.kind == Kind::rgb ? 3 * i : i);
    marks[i] = pixels.kind == Kind::rgb ? (p[0] | p[1] | p[2]) != 0 : *p != 0;
  }
  return marks;
}

Result<std::vector<std::uint8_t>> labels_of(PngPixels pixels, MaskFormat format) {
  if (format == MaskFormat::binary) return foreground_of(pixels);
  if (format == MaskFormat::index && pixels.kind == Kind::rgb)
    return invalid("holds colours, and --mask-format index needs a palette or gray PNG");
  if (pixels.kind == Kind::rgb) return classes_of_colours(pixels);
  if (format == MaskFormat::automatic) TRY(pixels.kind == Kind::palette ? check_palette(pixels) : check_gray(pixels));
  return std::move(pixels.bytes);
}

}  // namespace

std::string_view name_of(MaskFormat format) { return kMaskFormatNames[static_cast<std::size_t>(format)]; }

std::optional<MaskFormat> mask_format_named(std::string_view name) {
  const auto found = std::find(kMaskFormatNames.begin(), kMaskFormatNames.end(), name);
  if (found == kMaskFormatNames.end()) return std::nullopt;
  return static_cast<MaskFormat>(found - kMaskFormatNames.begin());
}

Status read_mask(const std::filesystem::path& path, MaskFormat format, segmentation::Image& labels) {
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  if (const auto cut = video::find_cut(file->bytes()))
    return invalid(fmt::format("{}: the mask is cut: {}", path.string(), *cut));
  auto pixels = read_png(file->bytes());
  if (!pixels) return failure(within(path.string(), std::move(pixels).error()));
  const int width = pixels->width;
  const int height = pixels->height;
  auto classes = labels_of(std::move(*pixels), format);
  if (!classes) return failure(within(path.string(), std::move(classes).error()));
  labels.reshape(width, height, segmentation::PixelFormat::gray);
  labels.pixels() = std::move(*classes);
  return {};
}

}  // namespace diolkos::evaluate
