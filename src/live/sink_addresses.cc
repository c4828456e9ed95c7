#include "live/sink_addresses.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/log.h"
#include "live/display.h"
#include "live/lines_sink.h"
#include "video/address.h"

namespace diolkos::live {
namespace {

constexpr const char* kDefaultSink = "http://:8080";
constexpr std::string_view kPlaceholder = "{source}";

Result<std::string> numbered_pipeline(std::string text, std::size_t source) {
  const std::string number = std::to_string(source);
  std::size_t at = text.find(kPlaceholder);
  if (at == std::string::npos)
    return failure(ErrorCode::usage,
                   fmt::format("{}: of several sources each has a pipeline of its own; put {} where its number is to "
                               "stand", text, kPlaceholder));
  for (; at != std::string::npos; at = text.find(kPlaceholder, at)) text.replace(at, kPlaceholder.size(), number);
  return text;
}

std::string numbered_path(const video::Address& address, std::size_t source) {
  const std::filesystem::path path = address.place;
  if (!path.has_filename() || !path.has_extension()) return (path / std::to_string(source) / "").string();
  return (path.parent_path() / fmt::format("{}-{}{}", path.stem().string(), source, path.extension().string()))
      .string();
}

}  // namespace

std::vector<std::string> possible_sinks(std::vector<std::string> addresses) {
  const auto is_window = [](const std::string& address) { return address.starts_with("window:"); };
  if (std::ranges::any_of(addresses, is_window)) {
    if (const auto reason = no_display()) {
      log::warning(fmt::format("no display: {}; the run goes on without a window", *reason));
      std::erase_if(addresses, is_window);
    }
  }
  if (addresses.empty()) addresses.emplace_back(kDefaultSink);
  return addresses;
}

std::string public_name(const std::string& address) {
  return video::without_password(address.starts_with("http:") ? address.substr(0, address.find('?')) : address);
}

Result<std::vector<std::string>> sinks_of(const std::vector<std::string>& addresses, std::size_t source,
                                          std::size_t sources) {
  if (sources == 1) return addresses;
  std::vector<std::string> own;
  for (const std::string& text : addresses) {
    const video::Address address = video::parse_address(text);
    const bool is_file = (address.scheme.empty() || address.scheme == "file") && !is_lines(address);
    std::string one = text;
    if (address.scheme == "gst") {
      TRY_ASSIGN(one, numbered_pipeline(text, source));
    } else if (is_file) {
      one = numbered_path(address, source);
    }
    own.push_back(std::move(one));
  }
  return own;
}

}  // namespace diolkos::live
