// What an accelerator's compiler takes, as a table: a data file (mdla3.0.json is built in), read once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace diolkos::targets {

struct OperatorRule {
  std::optional<std::string> refused;  // the reason, whatever the options
  std::string remedy;
  std::int64_t filter_low = 1, filter_high = INT64_MAX;  // extents of a window
  std::set<std::int64_t> strides, dilations;             // empty: any
  bool one_stride_when_dilated = false;
  std::string dilation_condition;  // what makes other dilations possible; empty: refused
  bool groups = true;
  int axes = 0;                    // exactly so many; 0: any
};

struct Rules {
  std::string name;
  std::string what;
  std::set<std::string> boards;  // that have this accelerator
  double megahertz = 0;
  std::map<std::string, double> macs_per_cycle;  // by type of activation
  int most_axes = 0;
  std::int64_t most_extent = 0;
  std::set<std::string> activation_types, weight_types, bias_types;
  std::map<std::string, std::string> remedies;
  std::set<std::string> per_channel;
  std::map<std::string, OperatorRule> operators;  // by TFLite's name; one that is absent is refused
};

std::vector<std::string_view> built_in_targets();
// By the table's name ("mdla3.0") or a board's ("genio-700"); an error suggests the nearest name.
Result<Rules> built_in_rules(std::string_view target);
Result<Rules> parse_rules(std::string_view origin, std::string_view text);
Result<Rules> read_rules(const std::filesystem::path& path);

}  // namespace diolkos::targets
