#include "segmentation/run_length.h"

namespace diolkos::segmentation {

void run_lengths(const Image& map, std::uint8_t label, std::vector<std::int64_t>& counts) {
  counts.clear();
  bool inside = false;
  std::int64_t run = 0;
  for (int x = 0; x < map.width(); ++x) {
    const std::uint8_t* pixel = map.pixels().data() + x;
    for (int y = 0; y < map.height(); ++y, pixel += map.stride(), ++run) {
      if ((*pixel == label) == inside) continue;
      counts.push_back(run);
      run = 0;
      inside = !inside;
    }
  }
  counts.push_back(run);
}

}  // namespace diolkos::segmentation
