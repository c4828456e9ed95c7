// Addresses of sources and sinks: SCHEME://PLACE?key=value&key
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "segmentation/geometry.h"

namespace diolkos::video {

struct Address {
  std::string text;
  std::string scheme;  // in lower case; empty for a plain path
  std::string place;   // what follows "SCHEME://" or "SCHEME:", up to '?'
  std::map<std::string, std::string> query;  // a key without '=' has an empty value

  bool has(const std::string& key) const { return query.count(key) != 0; }
  // Usage errors name the address and what was expected; nothing where the key is absent.
  Result<std::optional<double>> number(const std::string& key, double least, double most) const;
  Result<std::optional<segmentation::Size>> size(const std::string& key) const;
  // An error for a key that is not among `known`, with the nearest of them.
  Status check_keys(std::span<const std::string_view> known) const;
};

// A scheme is two letters or more. Text that names an existing file is a path, whatever is in it.
Address parse_address(const std::string& text);

// "rtsp://user:secret@host/x" as "rtsp://…@host/x".
std::string without_password(const std::string& text);

}  // namespace diolkos::video
