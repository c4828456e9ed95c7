#include <nlohmann/json.hpp>

#include "evaluate/figures.h"

namespace diolkos::evaluate {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json json_of(const measure::Interval& interval) { return Json::array({interval.low, interval.high}); }

template <class Value>
Json by_class(const EvalRecord& record, Value value_of) {
  Json object = Json::object();
  for (int index = 0; index < record.class_count(); ++index)
    object[record.classes[static_cast<std::size_t>(index)]] = value_of(index);
  return object;
}

Json protocol_of(const Protocol& protocol) {
  return {{"images", protocol.images},
          {"masks", protocol.masks},
          {"mask_format", protocol.mask_format},
          {"count", protocol.count},
          {"images_without_mask", protocol.images_without_mask},
          {"masks_without_image", protocol.masks_without_image},
          {"data_sha256", protocol.data_sha256},
          {"input", protocol.input},
          {"fit", protocol.fit},
          {"normalize", protocol.normalization},
          {"resize", "bilinear, half-pixel centres, no antialiasing; scores back to the image's size, then decided"},
          {"void", static_cast<int>(segmentation::Confusion::kVoid)},
          {"threshold", protocol.decision},
          {"sums", "intersections and unions over all images, then the quotient"},
          {"boundary", "a fiftieth of the diagonal wide"},
          {"average_precision", "pixels, thresholds i / 256"},
          {"interval", "95 %, bootstrap over images, 1000 draws"}};
}

Json confusion_of(const segmentation::Confusion& confusion) {
  Json rows = Json::array();
  for (int truth = 0; truth < confusion.classes(); ++truth) {
    Json row = Json::array();
    for (int predicted = 0; predicted <= confusion.classes(); ++predicted)
      row.push_back(confusion.count(truth, predicted));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json curves_of(const EvalRecord& record) {
  Json curves = Json::array();
  for (const PrecisionCurve& curve : record.curves)
    curves.push_back({{"class", curve.index}, {"right", curve.right}, {"wrong", curve.wrong}});
  return curves;
}

Json image_of(const ImageTally& image, int classes) {
  Json cells = Json::array();
  for (const ImageTally::Cell& cell : image.cells) cells.push_back({cell.truth, cell.predicted, cell.pixels});
  Json boundaries = Json::array();
  for (const ImageTally::Boundary& edge : image.boundaries)
    boundaries.push_back({edge.index, edge.both, edge.truth, edge.predicted});
  return {{"name", image.name},         {"width", image.width},
          {"height", image.height},     {"miou", evaluate::confusion_of(image, classes).mean_iou()},
          {"pixels", std::move(cells)}, {"boundary", std::move(boundaries)}};
}

Json images_of(const EvalRecord& record) {
  Json images = Json::array();
  for (const ImageTally& image : record.images) images.push_back(image_of(image, record.class_count()));
  return images;
}

Json shards_of(const EvalRecord& record) {
  Json shards = Json::array();
  for (const Shard& shard : record.shards) shards.push_back({shard.index, shard.of});
  return shards;
}

Json best_of(const std::optional<BestThreshold>& best) {
  return best ? Json{{"threshold", best->threshold}, {"f1", best->f1}} : Json(nullptr);
}

}  // namespace

std::string to_json(const EvalRecord& record) {
  const Figures figures = figures_of(record);
  const auto at = [](const auto& values) {
    return [&values](int index) { return json_of(values[static_cast<std::size_t>(index)]); };
  };
  const auto& model = record.model;
  const Json document = {
      {"schema", "diolkos.eval/1"},
      {"model",
       {{"name", model.name},
        {"format", model.format},
        {"architecture", model.architecture},
        {"sha256", model.sha256}}},
      {"runtime", record.runtime},
      {"precision", record.precision},
      {"isa", record.isa},
      {"threads", record.threads},
      {"count", record.images.size()},
      {"miou", figures.confusion.mean_iou()},
      {"miou_interval", json_of(figures.mean_iou_interval)},
      {"pixel_accuracy", figures.confusion.pixel_accuracy()},
      {"pixel_accuracy_interval", json_of(figures.pixel_accuracy_interval)},
      {"mean_accuracy", figures.confusion.mean_accuracy()},
      {"boundary_iou", figures.mean_boundary_iou},
      {"mean_average_precision", json_of(figures.mean_average_precision)},
      {"per_class_iou", by_class(record, [&](int index) { return json_of(figures.confusion.iou(index)); })},
      {"per_class_accuracy", by_class(record, [&](int index) { return json_of(figures.confusion.accuracy(index)); })},
      {"per_class_boundary_iou", by_class(record, at(figures.boundary_iou))},
      {"per_class_average_precision", by_class(record, at(figures.average_precision))},
      {"best_threshold",
       by_class(record, [&](int index) { return best_of(figures.best_threshold[static_cast<std::size_t>(index)]); })},
      {"protocol", protocol_of(record.protocol)},
      {"classes", record.classes},
      {"confusion", confusion_of(figures.confusion)},
      {"elapsed_ms", record.elapsed_ms},
      {"processor_ms", record.processor_ms},
      {"shards", shards_of(record)},
      {"curves", curves_of(record)},
      {"per_image", images_of(record)}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace diolkos::evaluate
