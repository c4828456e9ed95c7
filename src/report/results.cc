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

void add_ledger(std::string label, const Json& stages, Results& results) {
  Ledger ledger{std::move(label), {}, number_of(stages.at("whole"), "median")};
  for (std::size_t i = 0; i < kStages.size(); ++i)
    if (const auto stage = stages.find(kStages[i]); stage != stages.end())
      ledger.median_ms[i] = number_of(*stage, "median");
  results.ledgers.push_back(std::move(ledger));
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
    speed.network = fmt::format("{}, {:.2f} G multiply-adds", text_of(model, "input"),
                                1e-9 * number_of(model, "multiply_adds"));
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
    if (const auto stages = json.find("stages"); stages != json.end())
      add_ledger(fmt::format("{}, {}, {}", speed.label, speed.model, file_name(text_of(*stages, "input"))), *stages,
                 results);
    if (const auto apart = json.find("asynchronous"); apart != json.end()) {
      speed.claimed_ms = number_of(*apart, "submit_median_ms");
      speed.claimed_times = number_of(*apart, "times_too_fast");
    }
  }
  results.speeds.push_back(std::move(speed));
}

// Rows that were not measured are of the network that the others of their table are of.
void add_bench_table(const Json& json, Results& results) {
  const auto first = static_cast<std::ptrdiff_t>(results.speeds.size());
  for (const Json& row : json.at("rows")) add_bench(row, results);
  const auto begin = results.speeds.begin() + first;
  const auto measured =
      std::find_if(begin, results.speeds.end(), [](const Speed& speed) { return speed.missing.empty(); });
  if (measured == results.speeds.end()) return;
  for (auto speed = begin; speed != results.speeds.end(); ++speed)
    if (!speed->missing.empty()) speed->network = measured->network;
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

void add_eval_table(const Json& json, Results& results) {
  Agreement agreement;
  for (const Json& row : json.at("rows")) {
    agreement.labels.push_back(text_of(row, "label"));
    if (text_of(row, "missing").empty()) {
      add_eval(row, results);
      agreement.evaluated.push_back(agreement.labels.size() - 1);
    }
  }
  for (const Json& of_row : json.at("agreement")) {
    auto& shares = agreement.shares.emplace_back();
    for (const Json& share : of_row) shares.push_back(share.is_number() ? share.get<double>() : 0);
    shares.resize(agreement.labels.size());
  }
  agreement.shares.resize(agreement.labels.size(), std::vector<double>(agreement.labels.size()));
  if (agreement.evaluated.size() > 1) results.agreements.push_back(std::move(agreement));
}

void add_run(const Json& json, Results& results) {
  add_ledger(
      fmt::format("{}, {}, {}", how(json), file_name(text_of(json, "model")), file_name(text_of(json, "input"))),
      json.at("stages_ms"), results);
}

std::optional<double> optional_number(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? std::optional(number_of(json, key)) : std::nullopt;
}

LayerErrors::Output output_of(const Json& json) {
  LayerErrors::Output output{text_of(json, "name"), 0, {}, {}, {}};
  if (const auto errors = json.find("errors"); errors != json.end()) {
    output.share = number_of(*errors, "share");
    output.sqnr_db = optional_number(*errors, "sqnr_db");
  }
  if (const auto classes = json.find("classes"); classes != json.end()) {
    output.argmax_agreement = optional_number(*classes, "argmax_agreement");
    output.mean_iou = optional_number(*classes, "mean_iou");
  }
  return output;
}

void add_video(const Json& json, Results& results) {
  for (const Json& row : json.at("rows")) {
    if (!text_of(row, "missing").empty()) continue;
    FlickerLine line{text_of(row, "label"), file_name(text_of(json, "video")), 0, 0, 0, 0, {}};
    row.at("flicker").get_to(line.flicker);
    line.consistency = number_of(row, "temporal_consistency");
    line.followed = number_of(row, "followed");
    line.of_things = optional_number(row, "flicker_of_things");
    for (const Json& frame : row.at("per_frame")) line.worst = std::max(line.worst, frame.get<double>());
    results.flickers.push_back(std::move(line));
  }
}

void add_compare(const Json& json, Results& results) {
  LayerErrors errors;
  errors.label = fmt::format("{} against {}", file_name(text_of(json, "other")), file_name(text_of(json, "reference")));
  errors.inputs = text_of(json, "inputs");
  errors.first_bad = text_of(json, "first_bad");
  errors.bad_below_db = number_of(json, "bad_below_db");
  for (const Json& layer : json.at("layers"))
    errors.layers.push_back({text_of(layer, "name"), text_of(layer, "operator"), text_of(layer, "precision"),
                             optional_number(layer, "sqnr_db"), number_of(layer, "lost_db"),
                             number_of(layer, "mean_error"), number_of(layer, "max_error"), number_of(layer, "share")});
  for (const Json& output : json.at("outputs")) errors.outputs.push_back(output_of(output));
  results.errors.push_back(std::move(errors));
}

Status add_document(std::string_view origin, const Json& json, Results& results) {
  const std::string schema = json.is_object() ? text_of(json, "schema") : "";
  if (schema == "diolkos.bench/2" || schema == "diolkos.bench/1") {
    add_bench(json, results);
  } else if (schema == "diolkos.bench_table/2" || schema == "diolkos.bench_table/1") {
    add_bench_table(json, results);
  } else if (schema == "diolkos.eval/1") {
    add_eval(json, results);
  } else if (schema == "diolkos.eval_table/1") {
    add_eval_table(json, results);
  } else if (schema == "diolkos.eval_video/1") {
    add_video(json, results);
  } else if (schema == "diolkos.run/1") {
    add_run(json, results);
  } else if (schema == "diolkos.compare/1") {
    add_compare(json, results);
  } else {
    return invalid(
        fmt::format("{}: its schema is '{}', expected diolkos.bench/2, bench_table/2, eval/1, eval_table/1, "
                    "eval_video/1, run/1 or compare/1: a file "
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
  return add(path.string(), file->text(), results);
}

}  // namespace diolkos::report
