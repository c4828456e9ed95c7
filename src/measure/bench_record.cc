#include "measure/bench_record.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "measure/statistics.h"

namespace diolkos::measure {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const BenchRecord::Model& model) {
  return {{"name", model.name},
          {"format", model.format},
          {"architecture", model.architecture},
          {"sha256", model.sha256},
          {"input", model.input},
          {"parameters", model.parameters},
          {"multiply_adds", model.multiply_adds}};
}

Json json_of(const Summary& summary) {
  return {{"min", summary.min}, {"median", summary.median}, {"mean", summary.mean}, {"p90", summary.p90},
          {"p95", summary.p95}, {"p99", summary.p99},       {"max", summary.max},   {"stddev", summary.stddev}};
}

Json json_of(const Machine& machine) {
  return {{"name", machine.name},
          {"cpu", machine.cpu},
          {"features", machine.features},
          {"threads", machine.threads},
          {"memory_mb", machine.memory_mb},
          {"system", machine.system},
          {"load_before", machine.load_before}};
}

Json json_of(const LayerTimes& times) {
  Json layers = Json::array();
  for (const Layer& layer : times.layers)
    layers.push_back({{"name", layer.name},
                      {"kernel", layer.kernel},
                      {"reason", layer.reason},
                      {"ms", layer.milliseconds},
                      {"share_of_time", times.share_of_time(layer)},
                      {"multiply_adds", layer.multiply_adds},
                      {"gflops", LayerTimes::gflops(layer)},
                      {"share_of_peak", times.share_of_peak(layer)}});
  return layers;
}

template <class Value>
void put(Json& object, const char* name, const std::optional<Value>& value) {
  if (value) object[name] = *value;
}

Json json_of(const Conditions& conditions) {
  Json object = {{"seconds", conditions.seconds}};
  put(object, "others_processors", conditions.others);
  put(object, "frequency_before_mhz", conditions.frequency_before_mhz);
  put(object, "frequency_after_mhz", conditions.frequency_after_mhz);
  put(object, "temperature_before_c", conditions.temperature_before_c);
  put(object, "temperature_after_c", conditions.temperature_after_c);
  put(object, "throttlings", conditions.throttlings);
  put(object, "power_w", conditions.power_w);
  return object;
}

Json json_of(const Verdict& verdict) {
  Json object = {{"stability", name_of(verdict.stability)}};
  if (!verdict.reason.empty()) object["reason"] = verdict.reason;
  return object;
}

Json json_of(const BenchRecord::Asynchronous& asynchronous) {
  const FalseClaim claim = false_claim(asynchronous);
  return {{"submit_median_ms", claim.median_ms},
          {"synchronized_median_ms", summarize(asynchronous.synchronized_ms).median},
          {"claimed_fps", claim.median_ms > 0 ? 1000 / claim.median_ms : 0},
          {"times_too_fast", claim.times},
          {"submit_samples_ms", asynchronous.submit_ms},
          {"synchronized_samples_ms", asynchronous.synchronized_ms}};
}

Json json_of(const BenchStages& stages) {
  Json object = {{"input", stages.input}, {"frames", stages.frames_ms.size()}};
  for (std::size_t i = 0; i < kBenchStageNames.size(); ++i)
    object[std::string(kBenchStageNames[i])] = json_of(summarize(stages.samples(static_cast<BenchStage>(i))));
  object["whole"] = json_of(summarize(stages.whole()));
  return object;
}

Json json_of(std::span<const Start> starts, std::span<const double> medians) {
  Json list = Json::array();
  for (std::size_t i = 0; i < std::min(starts.size(), medians.size()); ++i)
    list.push_back({{"samples", starts[i].samples},
                    {"median_ms", medians[i]},
                    {"load_ms", starts[i].load_ms},
                    {"first_inference_ms", starts[i].first_ms}});
  return list;
}

double frames_per_second(const Summary& summary) { return summary.mean > 0 ? 1000 / summary.mean : 0; }

std::string over_starts(const BenchRecord& record) {
  return record.starts.size() > 1 ? fmt::format("over {} starts", record.starts.size())
                                  : "of one start: others may differ by more";
}

}  // namespace

FalseClaim false_claim(const BenchRecord::Asynchronous& asynchronous) {
  const double submit = summarize(asynchronous.submit_ms).median;
  return {submit, submit > 0 ? summarize(asynchronous.synchronized_ms).median / submit : 0};
}

std::string to_json(const BenchRecord& record) {
  const Summary summary = summarize(record.latency.samples_ms);
  const Interval interval = median_interval(record.latency.samples_ms, record.starts);
  Json document = {{"schema", "diolkos.bench/2"},
                   {"model", json_of(record.model)},
                   {"runtime", record.runtime},
                   {"precision", record.precision},
                   {"isa", record.isa},
                   {"winograd", record.winograd},
                   {"tuned", record.tuned},
                   {"cpus", record.cpus},
                   {"threads", record.threads},
                   {"latency_ms", json_of(summary)},
                   {"median_interval_ms", {interval.low, interval.high}},
                   {"fps", frames_per_second(summary)},
                   {"verdict", json_of(record.verdict)},
                   {"conditions", json_of(record.conditions)},
                   {"load_ms", record.load_ms},
                   {"first_inference_ms", record.latency.first_ms},
                   {"peak_rss_mb", record.peak_rss_mb},
                   {"protocol",
                    {{"warm_up_ms", record.protocol.warm_up_ms},
                     {"warm_up_steps", record.latency.warm_up_steps},
                     {"iterations", record.protocol.iterations},
                     {"duration_ms", record.protocol.duration_ms},
                     {"rounds", record.rounds},
                     {"starts", std::max<std::size_t>(record.starts.size(), 1)}}},
                   {"starts", json_of(record.starts, medians_of_starts(record.latency.samples_ms, record.starts))},
                   {"samples_ms", record.latency.samples_ms},
                   {"machine", json_of(record.machine)}};
  if (!record.calibration.empty()) document["calibration"] = record.calibration;
  if (record.streams.count > 0)
    document["streams"] = {{"count", record.streams.count},
                           {"threads", record.streams.threads},
                           {"fps", record.streams.fps},
                           {"median_ms", record.streams.median_ms}};
  if (!record.asynchronous.submit_ms.empty()) document["asynchronous"] = json_of(record.asynchronous);
  put(document, "device_ms", record.device_ms);
  if (!record.stages.frames_ms.empty()) document["stages"] = json_of(record.stages);
  if (!record.layers.layers.empty()) {
    document["peak_gflops"] = record.layers.peak_gflops;
    document["layers"] = json_of(record.layers);
  }
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_text(const BenchRecord& record) {
  const Summary summary = summarize(record.latency.samples_ms);
  const double rate = summary.median > 0 ? 2e-6 * static_cast<double>(record.model.multiply_adds) / summary.median : 0;
  std::string text;
  text += fmt::format("{}  {}  {:.1f} M parameters, {:.2f} G multiply-adds\n", record.model.name, record.model.input,
                      1e-6 * static_cast<double>(record.model.parameters),
                      1e-9 * static_cast<double>(record.model.multiply_adds));
  text += fmt::format("{} {}{}{} {}, {} thread{}, {}\n", record.runtime, record.precision,
                      record.winograd ? "" : " exact", record.tuned ? " tuned" : "", record.isa, record.threads,
                      record.threads == 1 ? "" : "s", record.machine.cpu);
  if (record.streams.count > 0)
    text += fmt::format(
        "  streams  {} of {} thread{} each: {:.2f} FPS in all ({:.2f} times one stream's), median {:.2f} ms\n",
        record.streams.count, record.streams.threads, record.streams.threads == 1 ? "" : "s", record.streams.fps,
        summary.median > 0 ? record.streams.fps * summary.median / 1000 : 0, record.streams.median_ms);
  if (!record.calibration.empty())
    text += fmt::format("  calibrated on {}: a figure of speed, not of accuracy\n", record.calibration);
  text += fmt::format("  latency  median {:.2f} ms  min {:.2f}  mean {:.2f}  p90 {:.2f}  p99 {:.2f}  stddev {:.2f}\n",
                      summary.median, summary.min, summary.mean, summary.p90, summary.p99, summary.stddev);
  text += fmt::format("  rate     {:.2f} FPS  {:.1f} GFLOP/s at the median  ({} samples after {} warm-up steps)\n",
                      frames_per_second(summary), rate, record.latency.samples_ms.size(), record.latency.warm_up_steps);
  text += fmt::format("  start    load {:.0f} ms  first inference {:.1f} ms  peak memory {:.0f} MB\n", record.load_ms,
                      record.latency.first_ms, record.peak_rss_mb);
  const Interval interval = median_interval(record.latency.samples_ms, record.starts);
  text += fmt::format("  verdict  {}{}{}; the median's 95 % interval is {:.2f} to {:.2f} ms, {}\n",
                      name_of(record.verdict.stability), record.verdict.reason.empty() ? "" : ": ",
                      record.verdict.reason, interval.low, interval.high, over_starts(record));
  if (!record.asynchronous.submit_ms.empty()) {
    const FalseClaim claim = false_claim(record.asynchronous);
    text += fmt::format("  not synchronised one would have claimed {:.4f} ms, {:.0f} FPS: {:.0f} times too fast\n",
                        claim.median_ms, claim.median_ms > 0 ? 1000 / claim.median_ms : 0, claim.times);
  }
  if (record.device_ms)
    text += fmt::format("  device   one run took it {:.2f} ms, as it tells itself\n", *record.device_ms);
  if (!record.stages.frames_ms.empty()) text += to_text(record.stages);
  return text;
}

}  // namespace diolkos::measure
