#include "compare/report.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace diolkos::compare {
namespace {

using Json = nlohmann::ordered_json;

std::string decibels(double value) {
  return std::isinf(value) ? (value > 0 ? "exact" : "-inf") : fmt::format("{:.1f}", value);
}

// Finite numbers as they are, others as null.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

std::string output_lines(const OutputAgreement& output) {
  std::string text = fmt::format("output '{}'", output.name);
  if (output.name != output.reference) text += fmt::format(" against '{}'", output.reference);
  text += '\n';
  if (output.errors.count() != 0)
    text += fmt::format("  error: mean {:.4g} ({:.4f} of the mean value), largest {:.4g}; SQNR {} dB, cosine {:.6f}\n",
                        output.errors.mean_error(), output.errors.share(), output.errors.max_error(),
                        decibels(output.errors.sqnr_db()), output.errors.cosine());
  if (output.classes.pixels() != 0)
    text += fmt::format("  classes: {:.3f} % of the pixels agree; masks' mean IoU {:.4f} over {} classes\n",
                        100 * output.classes.agreement(), output.classes.mean_iou(), output.classes.classes().size());
  return text;
}

std::vector<std::size_t> shown_layers(const Comparison& comparison, std::size_t lines) {
  std::vector<std::size_t> order(comparison.layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (lines == 0 || order.size() <= lines) return order;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return comparison.layers[i].errors.sqnr_db(); });
  order.resize(lines);
  std::ranges::sort(order);
  return order;
}

std::string layer_lines(const Comparison& comparison, const ReportContext& context) {
  if (comparison.layers.empty()) return "no layers have the same name and shape in both\n";
  const auto shown = shown_layers(comparison, context.lines);
  std::string text = shown.size() < comparison.layers.size()
                         ? fmt::format("the {} least exact of {} layers, in order (--all shows the others)\n",
                                       shown.size(), comparison.layers.size())
                         : fmt::format("{} layers, in order\n", shown.size());
  std::size_t width = 8;
  for (const std::size_t i : shown) width = std::max(width, comparison.layers[i].name.size());
  text += fmt::format("  {:<{}}  {:<18}{:<7}{:>9}{:>10}{:>10}{:>12}\n", "layer", width, "operator", "in", "SQNR dB",
                      "lost dB", "cosine", "max error");
  for (const std::size_t i : shown) {
    const Layer& layer = comparison.layers[i];
    text += fmt::format("  {:<{}}  {:<18}{:<7}{:>9}{:>10.1f}{:>10.5f}{:>12.4g}\n", layer.name, width, layer.op,
                        layer.precision, decibels(layer.errors.sqnr_db()), layer.lost_db, layer.errors.cosine(),
                        layer.errors.max_error());
  }
  return text;
}

std::string joined(const Comparison& comparison, const std::vector<std::size_t>& indices) {
  std::string names;
  for (const std::size_t i : indices) names += (names.empty() ? "" : ",") + comparison.layers[i].name;
  return names;
}

std::string proposal_lines(const Comparison& comparison, const ReportContext& context) {
  std::string text;
  if (comparison.first_bad) {
    const Layer& layer = comparison.layers[*comparison.first_bad];
    text += fmt::format("first layer under {:.0f} dB: '{}' ({}), {} dB\n", context.bad_below_db, layer.name, layer.op,
                        decibels(layer.errors.sqnr_db()));
  } else if (!comparison.layers.empty()) {
    text += fmt::format("no layer under {:.0f} dB\n", context.bad_below_db);
  }
  if (comparison.proposals.empty()) return text;
  const std::string names = joined(comparison, comparison.proposals);
  return text +
         fmt::format("what loses most by itself, to convert with more precision:\n  --mixed {0}\n  --keep-float {0}\n",
                     names);
}

Json json_of(const ErrorSums& errors) {
  return {{"mean_error", number(errors.mean_error())},
          {"max_error", number(errors.max_error())},
          {"share", number(errors.share())},
          {"sqnr_db", number(errors.sqnr_db())},
          {"cosine", number(errors.cosine())}};
}

Json json_of(const OutputAgreement& output) {
  Json result = {{"name", output.name}, {"reference", output.reference}};
  if (output.errors.count() != 0) result["errors"] = json_of(output.errors);
  if (output.classes.pixels() == 0) return result;
  Json classes = Json::array();
  for (const auto& overlap : output.classes.classes())
    classes.push_back({{"class", overlap.index}, {"iou", overlap.iou}, {"pixels", overlap.pixels}});
  result["classes"] = {{"argmax_agreement", output.classes.agreement()},
                       {"mean_iou", output.classes.mean_iou()},
                       {"by_class", std::move(classes)}};
  return result;
}

}  // namespace

std::string to_text(const Comparison& comparison, const ReportContext& context) {
  std::string text = fmt::format("{} against {}, on {}\n", context.other, context.reference, context.inputs);
  for (const OutputAgreement& output : comparison.outputs) text += output_lines(output);
  return text + layer_lines(comparison, context) + proposal_lines(comparison, context);
}

std::string to_json(const Comparison& comparison, const ReportContext& context) {
  Json outputs = Json::array(), layers = Json::array(), proposals = Json::array();
  for (const OutputAgreement& output : comparison.outputs) outputs.push_back(json_of(output));
  for (const Layer& layer : comparison.layers) {
    Json entry = {{"name", layer.name},
                  {"operator", layer.op},
                  {"precision", layer.precision},
                  {"lost_db", number(layer.lost_db)}};
    entry.update(json_of(layer.errors));
    layers.push_back(std::move(entry));
  }
  for (const std::size_t i : comparison.proposals) proposals.push_back(comparison.layers[i].name);
  const Json document = {
      {"schema", "diolkos.compare/1"},
      {"reference", context.reference},
      {"other", context.other},
      {"inputs", context.inputs},
      {"samples", comparison.samples},
      {"worst_share", number(comparison.worst_share())},
      {"outputs", std::move(outputs)},
      {"layers", std::move(layers)},
      {"bad_below_db", context.bad_below_db},
      {"first_bad", comparison.first_bad ? Json(comparison.layers[*comparison.first_bad].name) : Json(nullptr)},
      {"proposals", std::move(proposals)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace diolkos::compare
