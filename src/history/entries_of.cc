#include "history/entries_of.h"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

namespace diolkos::history {
namespace {

using Json = nlohmann::json;

Entry common(const Json& json, std::string_view time) {
  Entry entry;
  entry.time = time;
  entry.model = std::filesystem::path(json.at("model").at("name").get<std::string>()).filename().string();
  entry.model_sha256 = json.at("model").value("sha256", "");
  entry.runtime = json.at("runtime").get<std::string>();
  entry.precision = json.at("precision").get<std::string>();
  entry.threads = json.at("threads").get<int>();
  return entry;
}

void add_bench(const Json& json, std::string_view time, std::vector<Entry>& entries) {
  if (json.contains("missing")) return;
  Entry entry = common(json, time);
  entry.figure = "median ms";
  entry.value = json.at("latency_ms").at("median").get<double>();
  entry.low = json.at("median_interval_ms").at(0).get<double>();
  entry.high = json.at("median_interval_ms").at(1).get<double>();
  entry.verdict = json.at("verdict").at("stability").get<std::string>();
  entry.machine = json.at("machine").at("cpu").get<std::string>();
  entry.protocol = json.at("model").value("input", "");
  entries.push_back(std::move(entry));
}

void add_eval(const Json& json, std::string_view time, std::vector<Entry>& entries) {
  if (json.contains("missing")) return;
  Entry entry = common(json, time);
  const Json& protocol = json.at("protocol");
  entry.figure = "mIoU";
  entry.value = json.at("miou").get<double>();
  entry.low = json.at("miou_interval").at(0).get<double>();
  entry.high = json.at("miou_interval").at(1).get<double>();
  for (const char* key : {"data_sha256", "input", "fit", "normalize", "threshold", "mask_format"})
    entry.protocol += protocol.at(key).get<std::string>() + " ";
  entry.threads = 0;  // does not change an answer
  entries.push_back(std::move(entry));
}

}  // namespace

Result<std::vector<Entry>> entries_of(std::string_view document, std::string_view time) try {
  const Json json = Json::parse(document);
  const std::string schema = json.at("schema").get<std::string>();
  std::vector<Entry> entries;
  if (schema == "diolkos.bench/2" || schema == "diolkos.bench/1") {
    add_bench(json, time, entries);
  } else if (schema == "diolkos.bench_table/2" || schema == "diolkos.bench_table/1") {
    for (const Json& row : json.at("rows")) add_bench(row, time, entries);
  } else if (schema == "diolkos.eval/1") {
    add_eval(json, time, entries);
  } else if (schema == "diolkos.eval_table/1") {
    for (const Json& row : json.at("rows")) add_eval(row, time, entries);
  } else {
    return invalid(fmt::format("a history keeps no {}", schema));
  }
  return entries;
} catch (const Json::exception& error) {
  return invalid(fmt::format("a result document that a history cannot keep: {}", error.what()));
}

}  // namespace diolkos::history
