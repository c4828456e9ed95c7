// torchvision's official segmentation weights: what there is, and the bytes it must have.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace diolkos::fetch {

struct Weights {
  std::string_view name;    // the architecture: "fcn_resnet50"
  std::string_view file;    // at the server and in the cache; its last 8 digits are the SHA-256's first
  std::uint64_t bytes;      // about so many: for progress before the server answers
  std::string_view sha256;  // 64 digits; fewer where only the beginning is known, and then only that is checked
};

std::span<const Weights> catalogue();

}  // namespace diolkos::fetch
