#include "report/sections.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/bar_chart.h"
#include "report/scatter_chart.h"

namespace diolkos::report {
namespace {

constexpr std::size_t kMostLayers = 15;
constexpr std::size_t kPostprocess = 5;  // in kStages
constexpr std::size_t kMostErrors = 25;

std::string number(double value, int digits = 2) { return fmt::format("{:.{}f}", value, digits); }

// The model and the machine are told with each row only where they differ between rows.
bool one_of_all(const std::vector<Speed>& speeds, std::string Speed::*field) {
  const std::string* first = nullptr;
  for (const Speed& speed : speeds) {
    if (!speed.missing.empty()) continue;
    if (first != nullptr && speed.*field != *first) return false;
    first = &(speed.*field);
  }
  return true;
}

Section speed_section(const std::vector<Speed>& speeds, const std::string& title) {
  const bool one_model = one_of_all(speeds, &Speed::model);
  const bool one_machine = one_of_all(speeds, &Speed::machine);
  BarChart chart{title, "frames a second (1000 / median ms); the line is the 95 % interval", {}, {}};
  Table table{
      {"environment", "model", "machine", "verdict", "median ms", "95 % from", "to", "p90 ms", "p99 ms", "FPS"}, {}, 4};
  for (const Speed& speed : speeds) {
    if (!speed.missing.empty()) {
      chart.bars.push_back({speed.label, {}, 0, 0, "", speed.missing});
      table.rows.push_back({speed.label, "", "", "not measured: " + speed.missing, "", "", "", "", "", ""});
      continue;
    }
    std::string label = speed.label;
    if (!one_model) label += fmt::format(", {}", speed.model);
    if (!one_machine) label += fmt::format(", {}", speed.machine);
    Bar bar{label, {speed.fps()}, 0, 0, number(speed.fps(), 1), ""};
    if (speed.low_ms > 0 && speed.high_ms > speed.low_ms) {
      bar.low = 1000 / speed.high_ms;
      bar.high = 1000 / speed.low_ms;
    }
    chart.bars.push_back(std::move(bar));
    table.rows.push_back({speed.label, speed.model, speed.machine, speed.verdict, number(speed.median_ms),
                          number(speed.low_ms), number(speed.high_ms), number(speed.p90_ms), number(speed.p99_ms),
                          number(speed.fps())});
    if (speed.claimed_ms > 0)
      table.rows.push_back({speed.label + ", not synchronised", speed.model, speed.machine,
                            fmt::format("wrong: queueing alone, {:.0f} times too fast", speed.claimed_times),
                            number(speed.claimed_ms, 4), "", "", "", "", number(1000 / speed.claimed_ms)});
  }
  return {
      chart.title,
      "Inference alone, from input tensors in memory to output tensors in memory, synchronised. Rows that could not be "
      "measured say what is missing.",
      svg(chart), std::move(table)};
}

// One for each network.
std::vector<Section> speed_sections(const Results& results) {
  std::vector<std::pair<std::string, std::vector<Speed>>> by_network;
  for (const Speed& speed : results.speeds) {
    const auto known = std::ranges::find(by_network, speed.network, &decltype(by_network)::value_type::first);
    if (known == by_network.end())
      by_network.push_back({speed.network, {speed}});
    else
      known->second.push_back(speed);
  }
  std::vector<Section> sections;
  for (const auto& [network, speeds] : by_network) {
    const std::string which = by_network.size() > 1 && !network.empty() ? ": " + network : "";
    sections.push_back(speed_section(speeds, "Frames a second by environment" + which));
  }
  return sections;
}

Section postprocess_section(const Results& results) {
  BarChart chart{"Post-processing time", "median ms a frame", {}, {}};
  Table table{{"run", "post-processing ms", "share of the frame"}, {}, 1};
  for (const Ledger& ledger : results.ledgers) {
    const double ms = ledger.median_ms[kPostprocess];
    chart.bars.push_back({ledger.label, {ms}, 0, 0, number(ms), ""});
    table.rows.push_back(
        {ledger.label, number(ms), ledger.whole_ms > 0 ? fmt::format("{:.1f} %", 100 * ms / ledger.whole_ms) : ""});
  }
  return {chart.title, "From the network's output to the mask at the frame's size.", svg(chart), std::move(table)};
}

Section stage_section(const Results& results) {
  BarChart chart{"Where a frame's time goes", "median ms a frame", {kStages.begin(), kStages.end()}, {}};
  Table table{{"run"}, {}, 1};
  for (const char* stage : kStages) table.headers.push_back(std::string(stage) + " ms");
  table.headers.push_back("whole ms");
  for (const Ledger& ledger : results.ledgers) {
    chart.bars.push_back(
        {ledger.label, {ledger.median_ms.begin(), ledger.median_ms.end()}, 0, 0, number(ledger.whole_ms, 1), ""});
    std::vector<std::string> row{ledger.label};
    for (const double ms : ledger.median_ms) row.push_back(number(ms));
    row.push_back(number(ledger.whole_ms));
    table.rows.push_back(std::move(row));
  }
  return {chart.title, "Of bench one after the other; of run without --sequential other stages run at the same time.",
          svg(chart), std::move(table)};
}

Section accuracy_section(const Results& results) {
  BarChart chart{"Accuracy", "mIoU in per cent; the line is the 95 % interval over images", {}, {}};
  Table table{
      {"model and runtime", "protocol", "mIoU %", "95 % from", "to", "pixel accuracy %", "boundary IoU %", "mAP %"},
      {},
      2};
  for (const Accuracy& accuracy : results.accuracies) {
    chart.bars.push_back({accuracy.label,
                          {100 * accuracy.miou},
                          100 * accuracy.low,
                          100 * accuracy.high,
                          number(100 * accuracy.miou),
                          ""});
    table.rows.push_back({accuracy.label, accuracy.protocol, number(100 * accuracy.miou), number(100 * accuracy.low),
                          number(100 * accuracy.high), number(100 * accuracy.pixel_accuracy),
                          number(100 * accuracy.boundary_iou),
                          accuracy.mean_average_precision ? number(100 * *accuracy.mean_average_precision) : "-"});
  }
  return {chart.title, "Only figures of one protocol compare.", svg(chart), std::move(table)};
}

Section agreement_section(const Agreement& agreement) {
  Table table{{"row"}, {}, 1};
  for (const std::size_t column : agreement.evaluated) table.headers.push_back(agreement.labels[column]);
  for (const std::size_t row : agreement.evaluated) {
    std::vector<std::string> cells{agreement.labels[row]};
    for (const std::size_t column : agreement.evaluated)
      cells.push_back(number(100 * agreement.shares[row][column], 3));
    table.rows.push_back(std::move(cells));
  }
  return {"Agreement of the masks", "Per cent of the pixels of all images that both give the same class.", "",
          std::move(table)};
}

Section flicker_section(const Results& results) {
  BarChart chart{"Flicker on video", "per cent of the pixels, beyond what motion explains", {}, {}};
  Table table{{"row", "video", "flicker %", "of things %", "worst frame %", "consistency %", "followed %"}, {}, 2};
  for (const FlickerLine& line : results.flickers) {
    chart.bars.push_back({line.label, {100 * line.flicker}, 0, 0, number(100 * line.flicker, 3), ""});
    table.rows.push_back({line.label, line.video, number(100 * line.flicker, 3),
                          line.of_things ? number(100 * *line.of_things) : "-", number(100 * line.worst, 3),
                          number(100 * line.consistency), number(100 * line.followed, 1)});
  }
  return {chart.title, "Pixels whose class is not the one that motion carries there from the frame before.", svg(chart),
          std::move(table)};
}

// Weights, runtime and precision name one thing on both axes.
Section trade_section(const Results& results) {
  ScatterChart chart{"Speed against accuracy", "median ms an image", "mIoU in per cent", {}};
  Table table{{"model and runtime", "protocol", "point", "median ms", "mIoU %"}, {}, 2};
  for (const Speed& speed : results.speeds)
    for (const Accuracy& accuracy : results.accuracies) {
      if (!speed.missing.empty() || speed.model_sha256.empty() || speed.model_sha256 != accuracy.model_sha256 ||
          speed.runtime != accuracy.runtime || speed.precision != accuracy.precision)
        continue;
      const std::string label = fmt::format("{}, {}", speed.label, speed.model);
      chart.points.push_back({label, speed.median_ms, 100 * accuracy.miou, 100 * accuracy.low, 100 * accuracy.high});
      table.rows.push_back({label, accuracy.protocol, std::to_string(chart.points.size()), number(speed.median_ms),
                            number(100 * accuracy.miou)});
    }
  return {chart.title,
          "Left and up is better. Rows of one model, runtime and precision that were both timed and evaluated.",
          chart.points.empty() ? "" : svg(chart), std::move(table)};
}

Section layer_section(const LayerTable& layers) {
  BarChart chart{"Slowest layers: " + layers.label, "ms", {}, {}};
  Table table{{"layer", "kernel", "ms", "share", "GFLOP/s"}, {}, 2};
  for (std::size_t i = 0; i < layers.layers.size(); ++i) {
    const LayerTable::Layer& layer = layers.layers[i];
    if (i < kMostLayers) chart.bars.push_back({layer.name, {layer.ms}, 0, 0, number(layer.ms, 3), ""});
    table.rows.push_back({layer.name, layer.kernel, number(layer.ms, 3), fmt::format("{:.1f} %", 100 * layer.share),
                          number(layer.gflops, 1)});
  }
  return {chart.title,
          fmt::format("The {} slowest are drawn, the table has all {}.", chart.bars.size(), table.rows.size()),
          svg(chart), std::move(table)};
}

std::string decibels(const std::optional<double>& value) { return value ? number(*value, 1) : "exact"; }

// The least exact layers are drawn, in order of running, and the table has all.
Section error_section(const LayerErrors& errors) {
  BarChart chart{"Error by layer: " + errors.label, "SQNR in dB, the least exact layers in order of running", {}, {}};
  Table table{{"layer", "operator", "computed in", "SQNR dB", "lost dB", "mean error", "largest error", "of values"},
              {},
              3};
  std::vector<double> drawn;
  for (const LayerErrors::Layer& layer : errors.layers)
    if (layer.sqnr_db) drawn.push_back(*layer.sqnr_db);
  std::ranges::sort(drawn);
  const double most = drawn.size() > kMostErrors ? drawn[kMostErrors - 1] : 1e300;
  for (const LayerErrors::Layer& layer : errors.layers) {
    if (layer.sqnr_db && *layer.sqnr_db <= most)
      chart.bars.push_back({layer.name, {std::max(0.0, *layer.sqnr_db)}, 0, 0, number(*layer.sqnr_db, 1), ""});
    table.rows.push_back({layer.name, layer.op, layer.precision, decibels(layer.sqnr_db), number(layer.lost_db, 1),
                          fmt::format("{:.3g}", layer.mean_error), fmt::format("{:.3g}", layer.max_error),
                          fmt::format("{:.2f} %", 100 * layer.share)});
  }
  const std::string bad = errors.first_bad.empty() ? fmt::format("No layer is under {:g} dB.", errors.bad_below_db)
                                                   : fmt::format("The first layer under {:g} dB is {}.",
                                                                 errors.bad_below_db, errors.first_bad);
  return {
      chart.title,
      fmt::format("On {}. The signal over the error: 20 dB is an error of a tenth; higher is better. {} Lost is what "
                  "a layer adds to its inputs' error.",
                  errors.inputs, bad),
      chart.bars.empty() ? "" : svg(chart), std::move(table)};
}

Section output_section(const std::vector<LayerErrors>& all) {
  Table table{
      {"networks", "output", "error, share of values", "SQNR dB", "same class, % of pixels", "masks' mean IoU"}, {}, 2};
  for (const LayerErrors& errors : all)
    for (const LayerErrors::Output& output : errors.outputs)
      table.rows.push_back({errors.label, output.name, fmt::format("{:.3f} %", 100 * output.share),
                            decibels(output.sqnr_db),
                            output.argmax_agreement ? number(100 * *output.argmax_agreement, 3) : "-",
                            output.mean_iou ? number(*output.mean_iou, 4) : "-"});
  return {"Networks against each other", "", "", std::move(table)};
}

Section machine_section(const Results& results) {
  Table table{{"machine", "processor", "features", "system", "threads", "memory GB"}, {}, 4};
  for (const MachineLine& machine : results.machines)
    table.rows.push_back({machine.name, machine.cpu, machine.features, machine.system, std::to_string(machine.threads),
                          number(machine.memory_mb / 1024, 1)});
  return {"Machines", "", "", std::move(table)};
}

}  // namespace

std::vector<Section> sections_of(const Results& results) {
  std::vector<Section> sections;
  const auto add = [&](Section section) {
    if (!section.table.rows.empty()) sections.push_back(std::move(section));
  };
  for (Section& section : speed_sections(results)) add(std::move(section));
  add(postprocess_section(results));
  add(trade_section(results));
  add(accuracy_section(results));
  for (const Agreement& agreement : results.agreements) add(agreement_section(agreement));
  add(flicker_section(results));
  add(stage_section(results));
  add(output_section(results.errors));
  for (const LayerErrors& errors : results.errors) add(error_section(errors));
  for (const LayerTable& layers : results.layers) add(layer_section(layers));
  add(machine_section(results));
  return sections;
}

}  // namespace diolkos::report
