#include <cmath>
#include <cstring>
#include <span>

#include <fmt/format.h>

#include "api/border.h"
#include "api/handle.h"
#include "runtime/main_output.h"
#include "segmentation/model_settings.h"

namespace diolkos::api {
namespace {

Result<SegmentRequest> to_request(const diolkos_segment_options* given) {
  TRY_ASSIGN(const auto options, known_options(given, "diolkos_segment_options"));
  SegmentRequest request;
  request.class_name = options.class_name != nullptr ? options.class_name : "";
  request.normalize = options.normalize != nullptr ? options.normalize : "";
  request.threshold = options.threshold;
  request.raw = options.raw != 0;
  if (!std::isfinite(request.threshold) || (!request.raw && (request.threshold < 0 || request.threshold > 1)))
    return invalid(
        fmt::format("threshold: got {}, expected a probability, 0 to 1 (a score with raw)", request.threshold));
  switch (options.fit) {
    case DIOLKOS_CROP: request.fit = segmentation::Fit::crop; return request;
    case DIOLKOS_LETTERBOX: request.fit = segmentation::Fit::letterbox; return request;
    case DIOLKOS_STRETCH: request.fit = segmentation::Fit::stretch; return request;
  }
  return invalid(fmt::format("fit: got {}, expected DIOLKOS_CROP, DIOLKOS_LETTERBOX or DIOLKOS_STRETCH",
                             static_cast<int>(options.fit)));
}

Result<segmentation::ImageView> to_view(const diolkos_frame* frame) {
  if (frame == nullptr || frame->pixels == nullptr)
    return invalid("diolkos_segment: frame and its pixels must not be NULL");
  segmentation::ImageView view{frame->pixels, frame->width, frame->height, frame->stride,
                               segmentation::PixelFormat::bgr};
  switch (frame->format) {
    case DIOLKOS_BGR: break;
    case DIOLKOS_RGB: view.format = segmentation::PixelFormat::rgb; break;
    case DIOLKOS_GRAY: view.format = segmentation::PixelFormat::gray; break;
    default:
      return invalid(fmt::format("the frame's format: got {}, expected DIOLKOS_BGR, DIOLKOS_RGB or DIOLKOS_GRAY",
                                 static_cast<int>(frame->format)));
  }
  constexpr int kMostPixels = 1 << 15;
  if (view.width < 1 || view.height < 1 || view.width > kMostPixels || view.height > kMostPixels)
    return invalid(
        fmt::format("the frame is {}x{}, expected sides of 1 to {} pixels", view.width, view.height, kMostPixels));
  const auto packed = static_cast<std::size_t>(view.width) * static_cast<std::size_t>(channels_of(view.format));
  if (view.stride == 0) view.stride = packed;
  if (view.stride < packed)
    return invalid(
        fmt::format("the frame's stride: got {}, expected at least {} for {} pixels", view.stride, packed, view.width));
  return view;
}

Result<Segmenter> make_segmenter(const diolkos_network& network, const SegmentRequest& request) {
  const runtime::Session& session = *network.session;
  if (session.inputs().size() != 1 || session.outputs().empty())
    return unsupported(fmt::format("the network has {} inputs and {} outputs, expected one image and its scores",
                                   session.inputs().size(), session.outputs().size()));
  segmentation::PreprocessOptions before;
  before.fit = request.fit;
  TRY_ASSIGN(before.normalization, request.normalize.empty() ? segmentation::normalization_of(session.metadata())
                                                             : segmentation::normalization_named(request.normalize));
  segmentation::MaskRequest mask;
  mask.raw = request.raw;
  if (request.threshold != 0 || request.raw) mask.threshold = request.threshold;
  if (!request.class_name.empty()) {
    TRY_ASSIGN(mask.class_index, network.classes.find(request.class_name));
  }
  TRY_ASSIGN(const auto after, segmentation::postprocess_options(session.metadata(), mask));
  const runtime::Port& input = session.inputs()[0];
  const runtime::Port& output = session.outputs()[runtime::main_output(session.outputs())];
  TRY_ASSIGN(auto preprocessor, segmentation::Preprocessor::create(input.dtype, input.shape, before));
  TRY_ASSIGN(auto postprocessor, segmentation::Postprocessor::create(output.dtype, output.shape, after));
  Segmenter segmenter{request, std::move(preprocessor), std::move(postprocessor), {}, {}, {}};
  TRY_ASSIGN(segmenter.input, Tensor::zeros(input.dtype, input.shape));
  TRY_ASSIGN(segmenter.outputs, session.make_outputs());
  return segmenter;
}

Status segment(diolkos_network* network, const diolkos_frame* frame, const diolkos_segment_options* options,
               std::uint8_t* mask) {
  if (network == nullptr) return invalid("diolkos_segment: network must not be NULL");
  TRY_ASSIGN(const segmentation::ImageView view, to_view(frame));
  if (mask == nullptr) return invalid("diolkos_segment: mask must not be NULL");
  TRY_ASSIGN(const SegmentRequest request, to_request(options));
  if (!network->segmenter || network->segmenter->request != request) {
    TRY_ASSIGN(network->segmenter, make_segmenter(*network, request));
  }
  Segmenter& by = *network->segmenter;
  TRY_ASSIGN(const segmentation::Geometry geometry, by.preprocessor.run(view, by.input));
  TRY(network->session->run(std::span(&by.input, 1), by.outputs));
  const std::size_t chosen = runtime::main_output(network->session->outputs());
  TRY(by.postprocessor.run(by.outputs[chosen], geometry, by.segmentation));
  std::memcpy(mask, by.segmentation.map.pixels().data(), by.segmentation.map.pixels().size());
  return {};
}

}  // namespace
}  // namespace diolkos::api

diolkos_status diolkos_segment(diolkos_network* network, const diolkos_frame* frame,
                               const diolkos_segment_options* options, uint8_t* mask, diolkos_error* error) {
  return diolkos::api::guarded(error, [&] { return diolkos::api::segment(network, frame, options, mask); });
}
