#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/printable.h"
#include "measure/starts.h"

namespace diolkos::measure {
namespace {

using Json = nlohmann::json;

RowStart row_of(const Json& json) {
  RowStart row;
  if (json.contains("missing")) {
    row.missing = json.at("missing").get<std::string>();
    return row;
  }
  json.at("samples_ms").get_to(row.samples_ms);
  row.start = {row.samples_ms.size(), json.at("load_ms").get<double>(), json.at("first_inference_ms").get<double>()};
  return row;
}

}  // namespace

Result<std::vector<RowStart>> parse_starts(std::string_view origin, std::string_view document) try {
  const Json json = Json::parse(document);
  std::vector<RowStart> rows;
  if (json.contains("rows"))
    for (const Json& row : json.at("rows")) rows.push_back(row_of(row));
  else
    rows.push_back(row_of(json));
  return rows;
} catch (const Json::exception& error) {
  return invalid(fmt::format("{}: no measurement: {}", origin, printable(error.what(), 200)));
}

}  // namespace diolkos::measure
