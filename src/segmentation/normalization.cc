#include "segmentation/normalization.h"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/nearest_name.h"

namespace diolkos::segmentation {
namespace {

struct Named {
  std::string_view name;
  Normalization normalization;
};

constexpr std::array<std::string_view, 4> kNames = {"imagenet", "symmetric", "unit", "none"};
constexpr std::array<Named, 4> kNormalizations = {{
    {kNames[0], {{0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}}},
    {kNames[1], {{0.5, 0.5, 0.5}, {0.5, 0.5, 0.5}}},
    {kNames[2], {{0, 0, 0}, {1, 1, 1}}},
    {kNames[3], {{0, 0, 0}, {1 / 255.0, 1 / 255.0, 1 / 255.0}}},
}};

constexpr const char* kNameKey = "diolkos.normalize";
constexpr const char* kMeanKey = "diolkos.mean";
constexpr const char* kStdKey = "diolkos.std";

std::string to_text(const Rgb& values) { return fmt::format("{},{},{}", values[0], values[1], values[2]); }

Result<Rgb> read_rgb(const Metadata& metadata, const char* key) {
  const auto entry = metadata.find(key);
  if (entry == metadata.end())
    return invalid(fmt::format("the metadata '{}' is 'custom' but '{}' is missing", kNameKey, key));
  return parse_rgb(key, entry->second);
}

}  // namespace

std::span<const std::string_view> normalization_names() { return kNames; }

Result<Normalization> normalization_named(std::string_view name) {
  for (const Named& entry : kNormalizations)
    if (entry.name == name) return entry.normalization;
  return invalid(fmt::format("unknown normalization '{}', expected one of {}{}", name, fmt::join(kNames, ", "),
                             did_you_mean(name, kNames)));
}

std::string_view name_of(const Normalization& normalization) {
  for (const Named& entry : kNormalizations)
    if (entry.normalization == normalization) return entry.name;
  return "custom";
}

Result<Rgb> parse_rgb(std::string_view option, std::string_view text) {
  Rgb values{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto [next, error] = std::from_chars(at, end, values[i]);
    const bool separated = i + 1 < values.size() ? next != end && *next == ',' : next == end;
    if (error != std::errc{} || !separated || !std::isfinite(values[i]))
      return invalid(fmt::format("{}: got '{}', expected three numbers R,G,B such as 0.485,0.456,0.406", option, text));
    at = next + 1;
  }
  return values;
}

Status check(const Normalization& normalization) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (!std::isfinite(normalization.mean[i]) || std::abs(normalization.mean[i]) > 1)
      return invalid(fmt::format("mean {} is not in 0 to 1; values of 0 to 255 are to be divided by 255",
                                 to_text(normalization.mean)));
    if (!(normalization.std[i] > 0) || !(normalization.std[i] <= 1))
      return invalid(
          fmt::format("standard deviation {} is not above 0 and at most 1; values of 0 to 255 are to be "
                      "divided by 255",
                      to_text(normalization.std)));
  }
  return {};
}

void write_metadata(const Normalization& normalization, Metadata& metadata) {
  const std::string_view name = name_of(normalization);
  metadata[kNameKey] = name;
  metadata.erase(kMeanKey);
  metadata.erase(kStdKey);
  if (name != "custom") return;
  metadata[kMeanKey] = to_text(normalization.mean);
  metadata[kStdKey] = to_text(normalization.std);
}

Result<std::optional<Normalization>> read_normalization(const Metadata& metadata) {
  const auto entry = metadata.find(kNameKey);
  if (entry == metadata.end()) return std::optional<Normalization>{};
  if (entry->second != "custom") {
    auto named = normalization_named(entry->second);
    if (!named) return failure(within(fmt::format("metadata '{}'", kNameKey), std::move(named).error()));
    return std::optional<Normalization>{*named};
  }
  Normalization custom;
  TRY_ASSIGN(custom.mean, read_rgb(metadata, kMeanKey));
  TRY_ASSIGN(custom.std, read_rgb(metadata, kStdKey));
  TRY(check(custom));
  return std::optional<Normalization>{custom};
}

std::array<std::array<float, 256>, 3> lookup_tables(const Normalization& normalization) {
  std::array<std::array<float, 256>, 3> tables;
  for (std::size_t channel = 0; channel < 3; ++channel)
    for (std::size_t value = 0; value < 256; ++value)
      tables[channel][value] = static_cast<float>((static_cast<double>(value) / 255.0 - normalization.mean[channel]) /
                                                  normalization.std[channel]);
  return tables;
}

}  // namespace diolkos::segmentation
