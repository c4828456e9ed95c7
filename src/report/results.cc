#include "report/results.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/mapped_file.h"
#include "base/printable.h"

namespace diolkos::report {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

double number_of(const Json& json, const char* key, double absent = 0) {
  const auto found = json.find(key);
  const double value = found != json.end() && found->is_number() ? found->get<double>() : absent;
  return std::isfinite(value) ? value : absent;
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

MachineLine machine_of(const Json& json) {
  MachineLine machine{text_of(json, "name"),
                      text_of(json, "cpu"),
                      "",
                      text_of(json, "system"),
                      static_cast<int>(number_of(json, "threads")),
                      number_of(json, "memory_mb")};
  if (const auto features = json.find("features"); features != json.end())
    for (const Json& feature : *features)
      machine.features += fmt::format("{}{}", machine.features.empty() ? "" : " ", feature.get<std::string>());
  return machine;
}

std::string how(const Json& json) {
  std::string text = text_of(json, "runtime");
  if (const std::string precision = text_of(json, "precision"); !precision.empty())
    text += fmt::format(" {}", precision);
  if (const int threads = static_cast<int>(number_of(json, "threads")); threads > 0)
    text += fmt::format(" x{}", threads);
  return text;
}

void take_interval(const Json& json, const char* key, double& low, double& high, double absent) {
  const auto found = json.find(key);
  low = high = absent;
  if (found == json.end() || !found->is_array() || found->size() != 2) return;
  low = found->at(0).get<double>();
  high = found->at(1).get<double>();
}

void add_layers(const std::string& label, const Json& layers, Results& results) {
  LayerTable table{label, {}};
  for (const Json& layer : layers)
    table.layers.push_back({text_of(layer, "name"), text_of(layer, "kernel"), number_of(layer, "ms"),
                            number_of(layer, "share_of_time"), number_of(layer, "gflops")});
  std::ranges::stable_sort(table.layers, std::ranges::greater(), &LayerTable::Layer::ms);
  if (!table.layers.empty()) results.layers.push_back(std::move(table));
}

void add_bench(const Json& json, Results& results) {
  Speed speed;
  speed.runtime = text_of(json, "runtime");
  speed.precision = text_of(json, "precision");
  speed.threads = static_cast<int>(number_of(json, "threads"));
  speed.missing = text_of(json, "missing");
  speed.label = text_of(json, "label");
  if (speed.missing.empty()) {
    const Json& model = json.at("model");
    speed.model = file_name(text_of(model, "name"));
    speed.model_sha256 = text_of(model, "sha256");
    const Json& latency = json.at("latency_ms");
    latency.at("median").get_to(speed.median_ms);
    speed.p90_ms = number_of(latency, "p90", speed.median_ms);
    speed.p99_ms = number_of(latency, "p99", speed.median_ms);
    take_interval(json, "median_interval_ms", speed.low_ms, speed.high_ms, speed.median_ms);
    if (const auto verdict = json.find("verdict"); verdict != json.end()) {
      speed.verdict = text_of(*verdict, "stability");
      if (const std::string reason = text_of(*verdict, "reason"); !reason.empty()) speed.verdict += ": " + reason;
    }
    if (speed.label.empty()) speed.label = how(json);
    const MachineLine machine = machine_of(json.at("machine"));
    speed.machine = machine.cpu;
    if (std::ranges::find(results.machines, machine) == results.machines.end()) results.machines.push_back(machine);
    if (const auto layers = json.find("layers"); layers != json.end())
      add_layers(speed.label + ", " + speed.model, *layers, results);
  }
  results.speeds.push_back(std::move(speed));
}

void add_eval(const Json& json, Results& results) {
  Accuracy accuracy;
  const Json& model = json.at("model");
  accuracy.model = file_name(text_of(model, "name"));
  accuracy.model_sha256 = text_of(model, "sha256");
  accuracy.runtime = text_of(json, "runtime");
  accuracy.precision = text_of(json, "precision");
  accuracy.label = accuracy.model + ", " + how(json);
  json.at("miou").get_to(accuracy.miou);
  json.at("pixel_accuracy").get_to(accuracy.pixel_accuracy);
  json.at("count").get_to(accuracy.count);
  accuracy.boundary_iou = number_of(json, "boundary_iou");
  if (const auto found = json.find("mean_average_precision"); found != json.end() && found->is_number())
    accuracy.mean_average_precision = found->get<double>();
  take_interval(json, "miou_interval", accuracy.low, accuracy.high, accuracy.miou);
  const Json& protocol = json.at("protocol");
  accuracy.protocol =
      fmt::format("{} images of {}, {} to {}, {}, void {}, {}", accuracy.count, text_of(protocol, "images"),
                  text_of(protocol, "fit"), text_of(protocol, "input"), text_of(protocol, "normalize"),
                  number_of(protocol, "void", 255), text_of(protocol, "threshold"));
  results.accuracies.push_back(std::move(accuracy));
}

void add_run(const Json& json, Results& results) {
  Ledger ledger;
  ledger.label =
      fmt::format("{}, {}, {}", file_name(text_of(json, "model")), how(json), file_name(text_of(json, "input")));
  const Json& stages = json.at("stages_ms");
  for (std::size_t i = 0; i < kStages.size(); ++i) ledger.median_ms[i] = number_of(stages.at(kStages[i]), "median");
  ledger.whole_ms = number_of(stages.at("whole"), "median");
  results.ledgers.push_back(std::move(ledger));
}

Status add_document(std::string_view origin, const Json& json, Results& results) {
  const std::string schema = json.is_object() ? text_of(json, "schema") : "";
  if (schema == "diolkos.bench/1") {
    add_bench(json, results);
  } else if (schema == "diolkos.bench_table/1") {
    for (const Json& row : json.at("rows")) add_bench(row, results);
  } else if (schema == "diolkos.eval/1") {
    add_eval(json, results);
  } else if (schema == "diolkos.run/1") {
    add_run(json, results);
  } else {
    return invalid(
        fmt::format("{}: its schema is '{}', expected diolkos.bench/1, bench_table/1, eval/1 or run/1: a file "
                    "that --json wrote",
                    origin, printable(schema)));
  }
  results.files.emplace_back(origin);
  return {};
}

}  // namespace

Status add(std::string_view origin, std::string_view json, Results& results) try {
  return add_document(origin, Json::parse(json), results);
} catch (const Json::parse_error& error) {
  return invalid(fmt::format("{}: no whole JSON document (it breaks off or is damaged at byte {} of {})", origin,
                             error.byte, json.size()));
} catch (const Json::exception& error) {
  return invalid(fmt::format("{}: not as its schema has it: {}", origin, printable(error.what(), 200)));
}

Status add_file(const std::filesystem::path& path, Results& results) {
  TRY_ASSIGN(const auto file, MappedFile::open(path));
  const auto bytes = file->bytes();
  return add(path.string(), {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, results);
}

}  // namespace diolkos::report
