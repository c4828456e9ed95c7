#include "segmentation/preprocess.h"

#include <algorithm>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

namespace diolkos::segmentation {
namespace {

constexpr std::int64_t kLargestSide = 1 << 15;

int matrix_type(PixelFormat format) { return format == PixelFormat::gray ? CV_8UC1 : CV_8UC3; }

Status check_frame(const ImageView& frame) {
  if (frame.data == nullptr || frame.width < 1 || frame.height < 1)
    return invalid(fmt::format("the frame is empty: {}x{} pixels", frame.width, frame.height));
  return {};
}

// cv::resize of `region` of the frame into packed rows at `target`.
Status resize(const ImageView& frame, const Rect& region, Size size, std::uint8_t* target) try {
  const cv::Mat whole(frame.height, frame.width, matrix_type(frame.format), const_cast<std::uint8_t*>(frame.data),
                      frame.stride);
  cv::Mat resized(size.height, size.width, matrix_type(frame.format), target);
  cv::resize(whole(cv::Rect(region.x, region.y, region.width, region.height)), resized, resized.size(), 0, 0,
             cv::INTER_LINEAR);
  return {};
} catch (const cv::Exception& error) {
  return failure(ErrorCode::internal,
                 fmt::format("resizing a frame of {}x{} failed: {}", frame.width, frame.height, error.err));
}

}  // namespace

Result<Preprocessor> Preprocessor::create(DType dtype, const Shape& input, const PreprocessOptions& options) {
  if (dtype != DType::float32 || input.rank() != 4 || input[0] != 1 || input[1] != 3 || !input.closed() ||
      std::min(input[2], input[3]) < 1 || std::max(input[2], input[3]) > kLargestSide)
    return unsupported(fmt::format("the network's input is {} {}, expected float32 1x3xHxW with sides of 1 to {}",
                                   name_of(dtype), to_string(input), kLargestSide));
  TRY(check(options.normalization));
  return Preprocessor({static_cast<int>(input[3]), static_cast<int>(input[2])}, options);
}

Preprocessor::Preprocessor(Size input, const PreprocessOptions& options)
    : input_(input), options_(options), tables_(lookup_tables(options.normalization)) {}

Result<Geometry> Preprocessor::run(const ImageView& frame, Tensor& input) {
  TRY(check_frame(frame));
  const std::span<float> planes = input.mutable_as<float>();
  if (input.shape() != Shape{1, 3, input_.height, input_.width} || planes.empty())
    return failure(ErrorCode::internal,
                   fmt::format("pre-processing into {} {}, expected float32 1x3x{}x{}", name_of(input.dtype()),
                               to_string(input.shape()), input_.height, input_.width));
  const Geometry geometry = fit_frame({frame.width, frame.height}, input_, options_.fit);
  const Rect& region = geometry.input_region;
  resized_.resize(static_cast<std::size_t>(region.width) * static_cast<std::size_t>(region.height) *
                  static_cast<std::size_t>(channels_of(frame.format)));
  TRY(resize(frame, geometry.frame_region, {region.width, region.height}, resized_.data()));
  if (options_.fit == Fit::letterbox) std::fill(planes.begin(), planes.end(), 0.0f);
  normalize(region, frame.format, planes.data());
  return geometry;
}

void Preprocessor::normalize(const Rect& region, PixelFormat format, float* planes) const {
  const int channels = channels_of(format);
  const int red = format == PixelFormat::bgr ? 2 : 0;
  const int green = format == PixelFormat::gray ? 0 : 1;
  const int blue = format == PixelFormat::rgb ? 2 : 0;
  const auto plane = static_cast<std::size_t>(input_.width) * static_cast<std::size_t>(input_.height);
  const std::uint8_t* pixel = resized_.data();
  for (int y = 0; y < region.height; ++y) {
    float* to = planes + static_cast<std::size_t>(region.y + y) * static_cast<std::size_t>(input_.width) + region.x;
    for (int x = 0; x < region.width; ++x, pixel += channels) {
      to[x] = tables_[0][pixel[red]];
      to[plane + static_cast<std::size_t>(x)] = tables_[1][pixel[green]];
      to[2 * plane + static_cast<std::size_t>(x)] = tables_[2][pixel[blue]];
    }
  }
}

}  // namespace diolkos::segmentation
