#include "evaluate/worst.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/output_file.h"
#include "segmentation/draw.h"
#include "video/encode_image.h"
#include "video/read_image.h"

namespace diolkos::evaluate {
namespace {

using segmentation::Image;
using segmentation::PixelFormat;

constexpr double kAlpha = 0.6;

Image overlaid(const Image& picture, const Image& labels) {
  Image drawn = picture;
  segmentation::Palette palette = segmentation::voc_palette();
  palette[segmentation::Confusion::kVoid] = {255, 255, 255};
  segmentation::draw_overlay({labels, {}}, palette, kAlpha, drawn);
  return drawn;
}

Image side_by_side(std::span<const Image> panels) {
  const Image& first = panels.front();
  Image whole(first.width() * static_cast<int>(panels.size()), first.height(), PixelFormat::bgr);
  for (int y = 0; y < first.height(); ++y)
    for (std::size_t i = 0; i < panels.size(); ++i)
      std::copy_n(panels[i].row(y), first.stride(), whole.row(y) + i * first.stride());
  return whole;
}

}  // namespace

void keep_worst(std::vector<WorstImage>& kept, std::size_t most, WorstImage image) {
  const auto place = std::ranges::upper_bound(kept, image.iou, {}, &WorstImage::iou);
  kept.insert(place, std::move(image));
  if (kept.size() > most) kept.pop_back();
}

Status write_worst(std::span<const WorstImage> images, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return io_failure(fmt::format("{}: cannot be made: {}", folder.string(), error.message()));
  int rank = 0;
  for (const WorstImage& image : images) {
    Image picture;
    TRY(video::read_image(image.pair.image, picture));
    const Image panels[] = {picture, overlaid(picture, image.truth), overlaid(picture, image.predicted)};
    const auto path = folder / fmt::format("{:02}_iou{:.3f}_{}.png", ++rank, image.iou, image.pair.name);
    TRY_ASSIGN(const std::vector<std::byte> bytes, video::encode_image(side_by_side(panels), path));
    TRY(write_file(path, bytes));
  }
  return {};
}

}  // namespace diolkos::evaluate
