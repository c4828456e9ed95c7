#include "measure/row_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace diolkos::measure {
namespace {

std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string row_json(std::string_view label, std::string_view record, std::string_view missing) {
  if (record.empty()) return fmt::format("{{\"label\":{},\"missing\":{}}}", quoted(label), quoted(missing));
  return fmt::format("{{\"label\":{},{}", quoted(label), record.substr(record.find('{') + 1));
}

}  // namespace diolkos::measure
