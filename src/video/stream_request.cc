#include "video/stream_request.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "video/address.h"

namespace diolkos::video {
namespace {

using Kind = StreamRequest::Kind;
using segmentation::PixelFormat;

constexpr double kMostFps = 1000;
constexpr std::array<std::string_view, 7> kNetworkSchemes = {"rtsp", "rtsps", "rtmp", "udp", "tcp", "http", "https"};
constexpr std::array<std::string_view, 2> kFileKeys = {"live", "loop"};
constexpr std::array<std::string_view, 2> kCameraKeys = {"size", "fps"};
constexpr std::array<std::string_view, 3> kRawKeys = {"size", "format", "live"};

tl::unexpected<Error> misuse(std::string message) { return failure(ErrorCode::usage, std::move(message)); }

bool is_number(const std::string& text) {
  return !text.empty() && text.size() < 6 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Status set_file(const Address& address, StreamRequest& request) {
  TRY(address.check_keys(kFileKeys));
  request.kind = Kind::file;
  request.live = address.has("live");
  request.loop = address.has("loop");
  if (request.live && !address.query.at("live").empty()) {
    TRY_ASSIGN(const auto pace, address.number("live", 0.01, kMostFps));
    request.pace = *pace;
  }
  return {};
}

Status set_camera(const Address& address, std::string device, StreamRequest& request) {
  constexpr std::string_view kDevice = "/dev/video";
  if (device.starts_with(kDevice)) device.erase(0, kDevice.size());
  if (!is_number(device))
    return misuse(fmt::format("{}: expected a camera as v4l2:///dev/video0, /dev/video0 or 0", address.text));
  TRY(address.check_keys(kCameraKeys));
  TRY_ASSIGN(const auto size, address.size("size"));
  TRY_ASSIGN(const auto fps, address.number("fps", 0.01, kMostFps));
  request.kind = Kind::camera;
  request.place = device;
  request.live = true;
  request.size = size.value_or(segmentation::Size{});
  request.fps = fps.value_or(0);
  return {};
}

Status set_raw(const Address& address, StreamRequest& request) {
  TRY(address.check_keys(kRawKeys));
  TRY_ASSIGN(const auto size, address.size("size"));
  if (!size)
    return misuse(
        fmt::format("{}: raw frames have no header: give their size, 'stdin:?size=640x480'", address.text));
  const std::string format = address.has("format") ? address.query.at("format") : "bgr";
  if (format != "bgr" && format != "rgb" && format != "gray")
    return misuse(fmt::format("{}: format={}, expected bgr, rgb or gray", address.text, format));
  request.kind = Kind::raw;
  request.live = address.has("live");
  request.size = *size;
  request.format = format == "rgb" ? PixelFormat::rgb : format == "gray" ? PixelFormat::gray : PixelFormat::bgr;
  return {};
}

}  // namespace

bool StreamRequest::returns() const {
  return kind == Kind::camera || kind == Kind::network || (kind == Kind::gstreamer && live);
}

bool is_source_only(const std::string& text) {
  const Address address = parse_address(text);
  if (address.scheme.empty()) {
    std::error_code ignored;
    const bool camera = address.place.starts_with("/dev/video") ||
                        (is_number(address.place) && !std::filesystem::exists(address.place, ignored));
    return camera || address.has("live") || address.has("loop");
  }
  if (address.scheme == "file") return address.has("live") || address.has("loop");
  if (address.scheme == "http") {
    const std::size_t slash = address.place.find('/');
    return slash != std::string::npos && slash + 1 < address.place.size();
  }
  return address.scheme == "stdin" || address.scheme == "v4l2" ||
         std::ranges::find(kNetworkSchemes, address.scheme) != kNetworkSchemes.end();
}

Result<StreamRequest> parse_stream(const std::string& text) {
  const Address address = parse_address(text);
  StreamRequest request;
  request.name = without_password(text);
  request.place = address.place;
  std::error_code ignored;
  const bool exists = std::filesystem::exists(address.place, ignored);
  if (address.scheme == "stdin" || (address.scheme.empty() && address.place == "-")) {
    TRY(set_raw(address, request));
  } else if (address.scheme.empty() &&
             (address.place.starts_with("/dev/video") || (is_number(address.place) && !exists))) {
    TRY(set_camera(address, address.place, request));
  } else if (address.scheme == "v4l2") {
    TRY(set_camera(address, address.place, request));
  } else if (address.scheme.empty() || address.scheme == "file") {
    TRY(set_file(address, request));
  } else if (address.scheme == "gst") {
    request.kind = Kind::gstreamer;
    request.place = text.substr(text.find(':') + 1);
    request.live = true;
  } else if (std::ranges::find(kNetworkSchemes, address.scheme) != kNetworkSchemes.end()) {
    request.kind = Kind::network;  // its query is the server's
    request.place = text;
    request.live = true;
  } else {
    return misuse(fmt::format("{}: unknown scheme '{}', expected v4l2, file, stdin, gst, {}", request.name,
                              address.scheme, fmt::join(kNetworkSchemes, ", ")));
  }
  return request;
}

}  // namespace diolkos::video
