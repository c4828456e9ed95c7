#include "targets/rules.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <target_tables.h>

#include "base/mapped_file.h"
#include "base/nearest_name.h"

namespace diolkos::targets {
namespace {

using Json = nlohmann::json;

OperatorRule rule_of(const Json& from) {
  OperatorRule rule;
  if (from.contains("refused")) rule.refused = from.at("refused").get<std::string>();
  rule.remedy = from.value("remedy", "");
  if (from.contains("filter")) {
    rule.filter_low = from.at("filter").at(0).get<std::int64_t>();
    rule.filter_high = from.at("filter").at(1).get<std::int64_t>();
  }
  rule.strides = from.value("strides", std::set<std::int64_t>());
  rule.dilations = from.value("dilations", std::set<std::int64_t>());
  rule.one_stride_when_dilated = from.value("one_stride_when_dilated", false);
  rule.dilation_condition = from.value("dilation_condition", "");
  rule.groups = from.value("groups", true);
  rule.axes = from.value("axes", 0);
  return rule;
}

Rules rules_of(const Json& from) {
  Rules rules;
  rules.name = from.at("name").get<std::string>();
  rules.what = from.value("what", rules.name);
  rules.boards = from.value("boards", std::set<std::string>());
  rules.megahertz = from.at("megahertz").get<double>();
  rules.macs_per_cycle = from.at("macs_per_cycle").get<std::map<std::string, double>>();
  rules.most_axes = from.at("most_axes").get<int>();
  rules.most_extent = from.at("most_extent").get<std::int64_t>();
  rules.activation_types = from.at("activation_types").get<std::set<std::string>>();
  rules.weight_types = from.at("weight_types").get<std::set<std::string>>();
  rules.bias_types = from.at("bias_types").get<std::set<std::string>>();
  rules.remedies = from.value("remedies", std::map<std::string, std::string>());
  rules.per_channel = from.value("per_channel", std::set<std::string>());
  for (const auto& [name, rule] : from.at("operators").items()) rules.operators[name] = rule_of(rule);
  return rules;
}

}  // namespace

std::vector<std::string_view> built_in_targets() { return {"mdla3.0"}; }

Result<Rules> built_in_rules(std::string_view target) {
  TRY_ASSIGN(Rules rules, parse_rules("mdla3.0", kMdla30));
  if (target == rules.name || rules.boards.contains(std::string(target))) return rules;
  std::vector<std::string_view> known = built_in_targets();
  known.insert(known.end(), rules.boards.begin(), rules.boards.end());
  return failure(ErrorCode::usage, fmt::format("--target {}: expected one of: {}, or a file of rules (.json){}", target,
                                               fmt::join(known, ", "), did_you_mean(target, known)));
}

Result<Rules> parse_rules(std::string_view origin, std::string_view text) try {
  Rules rules = rules_of(Json::parse(text));
  // Multiply-adds are divided by them.
  if (!(rules.megahertz > 0))
    return invalid(fmt::format("{}: megahertz is {}, expected more than 0", origin, rules.megahertz));
  for (const auto& [type, rate] : rules.macs_per_cycle)
    if (!(rate > 0))
      return invalid(fmt::format("{}: macs_per_cycle of {} is {}, expected more than 0", origin, type, rate));
  return rules;
} catch (const Json::exception& error) {
  return invalid(fmt::format("{}: not a table of rules: {}", origin, error.what()));
}

Result<Rules> read_rules(const std::filesystem::path& path) {
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  return parse_rules(path.string(), file->text());
}

}  // namespace diolkos::targets
