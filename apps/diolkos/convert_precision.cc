#include "convert_precision.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "calibration_source.h"
#include "passes/cast_to_half.h"
#include "progress.h"
#include "quantize/calibrate.h"
#include "quantize/symmetric_pairs.h"

namespace diolkos::cli {
namespace {

Result<quantize::Statistics> observe(const porting::LoadedModel& model, const std::set<std::string>& values,
                                     const TfliteOptions& options) {
  TRY_ASSIGN(const CalibrationData data,
             open_calibration(options.calibrate, options.samples, model.graph, options.segmentation));
  ProgressBar bar("calibrating");
  quantize::CalibrateOptions calibrate;
  calibrate.progress = [&](int done) { bar.update(done, data.samples); };
  return quantize::calibrate(model.graph, values, data.next, calibrate);
}

// Whether a type other than float32 is told already.
bool has_types(const graph::Graph& graph) {
  return std::ranges::any_of(graph.order(), [&](graph::NodeId id) {
    const graph::Node& node = graph.node(id);
    const graph::TensorType& type = graph.value(node.output()).type;
    return node.op == graph::Op::QuantizeLinear || node.op == graph::Op::DequantizeLinear || type.quantization ||
           type.dtype == DType::float16;
  });
}

Result<std::string> write_half(porting::LoadedModel& model, const TfliteOptions& options) {
  passes::HalfOptions half;
  if (!options.calibrate.empty()) {
    std::set<std::string> values;
    for (const graph::NodeId id : model.graph.order())
      for (const graph::ValueId output : model.graph.node(id).outputs) values.insert(model.graph.value(output).name);
    TRY_ASSIGN(const quantize::Statistics statistics, observe(model, values, options));
    for (const auto& [name, seen] : statistics)
      half.largest[name] = std::max(std::abs(seen.histogram.low()), std::abs(seen.histogram.high()));
  }
  TRY_ASSIGN(const passes::HalfReport report, passes::cast_to_half(model.graph, half));
  std::string text = fmt::format("{} nodes in float16, {} in float32", report.half, report.single);
  if (!report.beyond.empty())
    text += fmt::format("; near or beyond float16's range: {}", fmt::join(report.beyond, ", "));
  return text;
}

Result<std::string> write_integers(porting::LoadedModel& model, const TfliteOptions& options) {
  if (options.calibrate.empty())
    return failure(ErrorCode::usage, "--precision int8 needs scales of activations: give --calibrate FOLDER");
  TRY_ASSIGN(const quantize::RangeOptions range, asked_range(options));
  quantize::PairOptions pairs;
  pairs.range = range;
  pairs.weight_search = !options.no_weight_search;
  pairs.keep_float = {options.keep_float.begin(), options.keep_float.end()};
  TRY_ASSIGN(const quantize::Statistics statistics,
             observe(model, quantize::paired_values(model.graph, pairs), options));
  TRY_ASSIGN(const int convolutions, quantize::write_symmetric_pairs(model.graph, statistics, pairs));
  return fmt::format("{} convolutions on int8, symmetric", convolutions);
}

}  // namespace

Result<std::string> write_in_types(porting::LoadedModel& model, const std::string& precision,
                                   const TfliteOptions& options) {
  if (has_types(model.graph))
    return unsupported(
        fmt::format("--precision {} wants a network of float32; this one has float16 or integers already", precision));
  return precision == "fp16" ? write_half(model, options) : write_integers(model, options);
}

}  // namespace diolkos::cli
