#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "evaluate/flicker.h"

namespace diolkos::evaluate {
namespace {

using Json = nlohmann::ordered_json;

double followed_share(const Flicker& flicker) {
  return flicker.pixels == 0 ? 0 : static_cast<double>(flicker.followed) / static_cast<double>(flicker.pixels);
}

Json json_of(const FlickerRow& row) {
  Json document = {{"label", row.label}};
  if (!row.flicker) {
    document["missing"] = row.missing;
    return document;
  }
  const Flicker& flicker = *row.flicker;
  const auto things = flicker.share_of_things();
  document.update(Json{{"model",
                        {{"name", row.model.name},
                         {"format", row.model.format},
                         {"architecture", row.model.architecture},
                         {"sha256", row.model.sha256}}},
                       {"runtime", row.runtime},
                       {"precision", row.precision},
                       {"isa", row.isa},
                       {"threads", row.threads},
                       {"input", row.input},
                       {"threshold", row.decision},
                       {"frames", flicker.frames},
                       {"width", flicker.size.width},
                       {"height", flicker.size.height},
                       {"flicker", flicker.share()},
                       {"flicker_of_things", things ? Json(*things) : Json(nullptr)},
                       {"temporal_consistency", flicker.consistency()},
                       {"followed", followed_share(flicker)},
                       {"per_frame", flicker.per_frame}});
  return document;
}

std::string line_of(const FlickerRow& row, std::size_t width) {
  if (!row.flicker) return fmt::format("  {:<{}}  not evaluated: {}\n", row.label, width, row.missing);
  const Flicker& flicker = *row.flicker;
  const auto things = flicker.share_of_things();
  const double worst = flicker.per_frame.empty() ? 0 : *std::ranges::max_element(flicker.per_frame);
  return fmt::format("  {:<{}}{:>11.3f}{:>11}{:>13.3f}{:>15.2f}{:>12.1f}\n", row.label, width, 100 * flicker.share(),
                     things ? fmt::format("{:.2f}", 100 * *things) : "-", 100 * worst, 100 * flicker.consistency(),
                     100 * followed_share(flicker));
}

}  // namespace

std::string to_json(const FlickerTable& table) {
  Json rows = Json::array();
  for (const FlickerRow& row : table.rows) rows.push_back(json_of(row));
  const Json document = {
      {"schema", "diolkos.eval_video/1"},
      {"video", table.video},
      {"protocol",
       {{"motion", "dense optical flow (DIS, medium) from each frame to the one before"},
        {"followed", "pixels whose flow there and back meets: |a + b|^2 <= 0.01 (|a|^2 + |b|^2) + 0.5"},
        {"flicker", "of the followed pixels those whose class is not the one carried there"}}},
      {"rows", std::move(rows)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_text(const FlickerTable& table) {
  std::size_t width = 20;
  for (const FlickerRow& row : table.rows) width = std::max(width, row.label.size());
  std::string text = table.video;
  for (const FlickerRow& row : table.rows)
    if (row.flicker) {
      text +=
          fmt::format(", {} frames of {}x{}", row.flicker->frames, row.flicker->size.width, row.flicker->size.height);
      break;
    }
  text += fmt::format("\n  {:<{}}{:>11}{:>11}{:>13}{:>15}{:>12}\n", "", width, "flicker %", "of things", "worst frame",
                      "consistency", "followed %");
  for (const FlickerRow& row : table.rows) text += line_of(row, width);
  return text +
         "  flicker: pixels whose class is not the one that motion carries there from the frame before; consistency:\n"
         "  the mean IoU of both; followed: pixels whose motion is known (docs/evaluation.md)\n";
}

}  // namespace diolkos::evaluate
