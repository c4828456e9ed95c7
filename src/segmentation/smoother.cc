#include "segmentation/smoother.h"

namespace diolkos::segmentation {

void Smoother::run(Segmentation& segmentation) {
  Image& map = segmentation.map;
  if (map.width() != width_ || map.height() != height_ || segmentation.mask_of != mask_of_) {
    width_ = map.width();
    height_ = map.height();
    mask_of_ = segmentation.mask_of;
    shown_ = map.pixels();
    against_.assign(shown_.size(), 0);
    return;
  }
  std::uint8_t* const labels = map.pixels().data();
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    const std::uint8_t now = labels[i], before = shown_[i];
    const bool otherwise = (now == 0) != (before == 0);
    const auto count = static_cast<std::uint8_t>(otherwise ? against_[i] + 1 : 0);
    const bool changes = !otherwise || count >= (before == 0 ? kToAppear : kToVanish);
    against_[i] = changes ? std::uint8_t{0} : count;
    shown_[i] = labels[i] = changes ? now : before;
  }
}

}  // namespace diolkos::segmentation
