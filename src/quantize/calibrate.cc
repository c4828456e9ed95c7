#include "quantize/calibrate.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "runtime/session.h"

namespace diolkos::quantize {
namespace {

Status observe(std::string_view name, const Tensor& tensor, ValueStatistics& statistics) {
  const auto values = tensor.as<float>();
  const auto bad = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  if (bad != values.end())
    return invalid(
        fmt::format("value '{}' holds {} on a calibration sample; quantization needs finite values", name, *bad));
  statistics.histogram.add(values);
  const Shape& shape = tensor.shape();
  if (shape.rank() < 2 || tensor.elements() == 0) return {};
  const auto channels = static_cast<std::size_t>(shape[1]);
  const std::size_t inner = values.size() / static_cast<std::size_t>(shape[0]) / channels;
  statistics.channel_sums.resize(channels, 0.0);
  for (std::size_t line = 0; line * inner < values.size(); ++line) {
    double sum = 0;
    for (std::size_t i = 0; i < inner; ++i) sum += values[line * inner + i];
    statistics.channel_sums[line % channels] += sum;
  }
  statistics.per_channel += static_cast<double>(shape[0]) * static_cast<double>(inner);
  return {};
}

// A copy whose outputs are the values to observe; inputs among them are left out.
graph::Graph observable(const graph::Graph& graph, const std::set<std::string>& values,
                        std::vector<std::string>& names) {
  graph::Graph copy = graph;
  for (const std::string& name : values) {
    const graph::ValueId id = copy.find_value(name);
    if (id == graph::kNoValue || copy.value(id).is_constant() || copy.value(id).producer == graph::kNoNode) continue;
    if (copy.value(id).type.dtype != DType::float32) continue;
    if (!copy.is_output(id)) copy.add_output(id);
  }
  for (graph::ValueId id : copy.outputs()) names.push_back(copy.value(id).name);
  return copy;
}

}  // namespace

Result<Statistics> calibrate(const graph::Graph& graph, const std::set<std::string>& values, const SampleSource& next,
                             const CalibrateOptions& options) {
  // Values are observed as they are made: no more of them are held than the network needs at a time.
  std::vector<std::string> names;
  graph::Graph observed = observable(graph, values, names);
  Statistics statistics;
  runtime::SessionOptions session_options;
  session_options.threads = options.threads;
  session_options.winograd = false;  // nearer to the sum as written, and a third of the memory
  session_options.observe = [&](std::size_t output, const Tensor& value) -> Status {
    return value.dtype() == DType::float32 ? observe(names[output], value, statistics[names[output]]) : Status{};
  };
  TRY_ASSIGN(const auto session, runtime::Session::create(std::move(observed), session_options));
  for (int count = 0;;) {
    TRY_ASSIGN(const std::optional<std::vector<Tensor>> sample, next());
    if (!sample) {
      if (count == 0) return invalid("no calibration sample; give images, or tensors of the network's input");
      return statistics;
    }
    for (std::size_t i = 0; i < sample->size(); ++i) {
      const std::string& name = graph.value(graph.inputs()[i]).name;
      if ((*sample)[i].dtype() == DType::float32) TRY(observe(name, (*sample)[i], statistics[name]));
    }
    TRY(session->run(*sample, {}));
    ++count;
    if (options.progress) options.progress(count);
  }
}

}  // namespace diolkos::quantize
