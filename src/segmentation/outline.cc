#include "segmentation/outline.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

namespace diolkos::segmentation {

std::vector<std::vector<int>> outlines(const Image& map, std::uint8_t label) {
  cv::Mat regions(map.height(), map.width(), CV_8UC1);
  std::transform(map.pixels().begin(), map.pixels().end(), regions.data,
                 [label](std::uint8_t pixel) { return static_cast<std::uint8_t>(pixel == label); });
  std::vector<std::vector<cv::Point>> borders;
  cv::findContours(regions, borders, cv::RETR_CCOMP, cv::CHAIN_APPROX_SIMPLE);
  std::vector<std::vector<int>> polygons;
  for (const auto& border : borders) {
    std::vector<int>& polygon = polygons.emplace_back();
    for (const cv::Point& point : border) polygon.insert(polygon.end(), {point.x, point.y});
  }
  return polygons;
}

}  // namespace diolkos::segmentation
