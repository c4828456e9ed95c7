// From 8-bit values to what a network was trained on: (x / 255 - mean) / std for each of R, G, B.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace diolkos::segmentation {

using Rgb = std::array<double, 3>;

struct Normalization {
  Rgb mean{0, 0, 0};
  Rgb std{1, 1, 1};
  bool operator==(const Normalization&) const = default;
};

// imagenet: mean .485,.456,.406 and std .229,.224,.225 (torchvision's); symmetric: x / 127.5 - 1 (DeepLab's);
// unit: x / 255; none: 0 to 255.
std::span<const std::string_view> normalization_names();
Result<Normalization> normalization_named(std::string_view name);  // an error suggests the nearest name
std::string_view name_of(const Normalization& normalization);      // "custom" for none of the above

// Three numbers in 0 to 1 with commas: "0.485,0.456,0.406". `option` names the text in messages.
Result<Rgb> parse_rgb(std::string_view option, std::string_view text);
// Finite means, positive finite deviations.
Status check(const Normalization& normalization);

// In a model file's metadata: diolkos.normalize (a name, or "custom" with diolkos.mean and diolkos.std).
using Metadata = std::map<std::string, std::string>;
void write_metadata(const Normalization& normalization, Metadata& metadata);
Result<std::optional<Normalization>> read_normalization(const Metadata& metadata);

// For each of R, G, B: what the values 0 to 255 become, rounded once from double.
std::array<std::array<float, 256>, 3> lookup_tables(const Normalization& normalization);

}  // namespace diolkos::segmentation
