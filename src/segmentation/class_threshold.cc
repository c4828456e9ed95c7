#include "segmentation/class_threshold.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace diolkos::segmentation {
namespace {

constexpr const char* kKey = "diolkos.thresholds";

// The text up to the next `separator`, which is taken off with it.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

template <class T>
bool parse(std::string_view word, T& value) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc() && end == word.data() + word.size();
}

std::optional<ClassThreshold> parse_line(std::string_view line) {
  ClassThreshold entry;
  if (!parse(take(line, ' '), entry.class_index) || entry.class_index < 0) return std::nullopt;
  const std::string_view kind = take(line, ' ');
  entry.raw = kind == "raw";
  if (!entry.raw && kind != "probability") return std::nullopt;
  if (!parse(take(line, ' '), entry.threshold) || !parse(line, entry.agreement)) return std::nullopt;
  if (!std::isfinite(entry.threshold) || !std::isfinite(entry.agreement)) return std::nullopt;
  if (!entry.raw && (entry.threshold < 0 || entry.threshold > 1)) return std::nullopt;
  return entry;
}

}  // namespace

void write_metadata(const std::vector<ClassThreshold>& thresholds, Metadata& metadata) {
  std::string text;
  for (const ClassThreshold& entry : thresholds)
    text += fmt::format("{}{} {} {} {:.4f}", text.empty() ? "" : "\n", entry.class_index,
                        entry.raw ? "raw" : "probability", entry.threshold, entry.agreement);
  if (text.empty()) metadata.erase(kKey);
  else metadata[kKey] = std::move(text);
}

Result<std::vector<ClassThreshold>> read_class_thresholds(const Metadata& metadata) {
  std::vector<ClassThreshold> thresholds;
  const auto found = metadata.find(kKey);
  std::string_view text = found == metadata.end() ? std::string_view() : std::string_view(found->second);
  while (!text.empty()) {
    const std::string_view line = take(text, '\n');
    const auto entry = parse_line(line);
    if (!entry)
      return invalid(
          fmt::format("metadata '{}': got '{}', expected a class, 'raw' or 'probability', a threshold and an "
                      "agreement, such as '12 raw 3.25 0.9731'",
                      kKey, line));
    thresholds.push_back(*entry);
  }
  return thresholds;
}

std::optional<ClassThreshold> best_threshold(const std::vector<ClassThreshold>& thresholds, int class_index, bool raw) {
  std::optional<ClassThreshold> best;
  for (const ClassThreshold& entry : thresholds) {
    if (entry.class_index != class_index || (raw && !entry.raw)) continue;
    if (!best || entry.agreement > best->agreement) best = entry;
  }
  return best;
}

}  // namespace diolkos::segmentation
