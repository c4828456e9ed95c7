// What a live run tells of itself, in the forms that others read.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "live/settings.h"
#include "live/statistics.h"
#include "segmentation/classes.h"

namespace diolkos::live {

// What a network is and where it runs.
struct NetworkFacts {
  std::string model;  // as asked for
  std::string runtime = "native", precision = "fp32";
  int streams = 1;      // frames that it computes at once
};

// What figures do not know by themselves.
struct RunFacts {
  std::string run;  // tells this run from another of the same address
  NetworkFacts network;
  std::optional<NetworkFacts> versus;  // of an A/B run the second one
  segmentation::ClassNames classes;
  bool raw = false;  // thresholds are of raw scores

  std::span<const std::string_view> views() const {
    return std::span(kViewNames).first(versus ? kViewNames.size() : kViewsOfOne);
  }
};

using AllFigures = std::span<const Figures>;  // a source each

// "diolkos.live/2" (docs/live.md).
std::string to_json(AllFigures figures, const Settings& settings, const RunFacts& facts);
// Prometheus' text form, version 0.0.4.
std::string to_metrics(AllFigures figures, const RunFacts& facts);
// One line for people.
std::string to_line(AllFigures figures);
// At the end: a few lines for each source.
std::string to_text(AllFigures figures, const RunFacts& facts);

// The settings that a page asks for: {"class": 12 | "dog" | null, "threshold": 0.5, "view": "mask", "alpha": 0.5}, each
// of them or none. An error is for the one who asks.
Result<Settings> change(const Settings& settings, std::string_view json, const RunFacts& facts);

}  // namespace diolkos::live
