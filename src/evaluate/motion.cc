#include "evaluate/motion.h"

#include <cmath>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "segmentation/confusion.h"

namespace diolkos::evaluate {
namespace {

using segmentation::Confusion;
using segmentation::Image;
using segmentation::PixelFormat;

constexpr int kLeastSide = 16;

cv::Mat gray_of(const Image& picture) {
  const cv::Mat pixels(picture.height(), picture.width(), CV_8UC3, const_cast<std::uint8_t*>(picture.pixels().data()));
  cv::Mat gray;
  cv::cvtColor(pixels, gray, cv::COLOR_BGR2GRAY);
  return gray;
}

float square(const cv::Point2f& vector) { return vector.x * vector.x + vector.y * vector.y; }

// The class at the place that pixel (x, y) came from.
std::uint8_t carried_to(int x, int y, const cv::Mat& back, const cv::Mat& forth, const Image& labels) {
  const auto& there = back.at<cv::Point2f>(y, x);
  const int from_x = static_cast<int>(std::lround(static_cast<float>(x) + there.x));
  const int from_y = static_cast<int>(std::lround(static_cast<float>(y) + there.y));
  if (from_x < 0 || from_y < 0 || from_x >= labels.width() || from_y >= labels.height()) return Confusion::kVoid;
  const auto& here = forth.at<cv::Point2f>(from_y, from_x);
  if (square(there + here) > 0.01f * (square(there) + square(here)) + 0.5f) return Confusion::kVoid;
  return labels.row(from_y)[from_x];
}

bool suits(const Image& picture, const Image& labels) {
  return picture.format() == PixelFormat::bgr && picture.width() == labels.width() &&
         picture.height() == labels.height() && std::min(picture.width(), picture.height()) >= kLeastSide;
}

}  // namespace

Status carry_labels(const Image& before, const Image& now, const Image& labels, Image& carried) try {
  if (!suits(before, labels) || !suits(now, labels))
    return invalid(fmt::format("frames of {}x{} and {}x{} pixels: expected one size of at least {} a side",
                               before.width(), before.height(), now.width(), now.height(), kLeastSide));
  const cv::Mat gray_before = gray_of(before), gray_now = gray_of(now);
  const auto flow = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
  cv::Mat back, forth;
  flow->calc(gray_now, gray_before, back);
  flow->calc(gray_before, gray_now, forth);
  carried.reshape(labels.width(), labels.height(), PixelFormat::gray);
  for (int y = 0; y < labels.height(); ++y)
    for (int x = 0; x < labels.width(); ++x) carried.row(y)[x] = carried_to(x, y, back, forth, labels);
  return {};
} catch (const cv::Exception& error) {
  return failure(ErrorCode::internal, fmt::format("the motion between two frames: {}", error.err));
}

}  // namespace diolkos::evaluate
