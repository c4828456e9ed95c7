#include "evaluate/figures.h"

#include <algorithm>

namespace diolkos::evaluate {
namespace {

using segmentation::Confusion;

std::optional<double> mean_of(const std::vector<std::optional<double>>& values) {
  double sum = 0;
  int present = 0;
  for (const std::optional<double>& value : values) {
    sum += value.value_or(0);
    present += value.has_value();
  }
  return present == 0 ? std::nullopt : std::optional(sum / present);
}

measure::Interval interval_of(const EvalRecord& record, double (Confusion::*figure)() const) {
  return measure::bootstrap(record.images.size(), [&](std::span<const std::uint32_t> drawn) {
    Confusion sum(record.class_count());
    for (const std::uint32_t index : drawn)
      for (const ImageTally::Cell& cell : record.images[index].cells)
        sum.add_count(cell.truth, cell.predicted, cell.pixels);
    return (sum.*figure)();
  });
}

}  // namespace

Figures figures_of(const EvalRecord& record) {
  const auto classes = static_cast<std::size_t>(record.class_count());
  Figures figures(sum_of(record.images, record.class_count()));
  figures.boundary_iou = boundary_ious(record.images, record.class_count());
  figures.mean_boundary_iou = mean_of(figures.boundary_iou).value_or(0);
  figures.average_precision.resize(classes);
  figures.best_threshold.resize(classes);
  for (const PrecisionCurve& curve : record.curves) {
    // With one class against the rest, that one stands at index 1 whatever the network calls it.
    const std::size_t at = record.curves.size() == 1 ? 1 : static_cast<std::size_t>(curve.index);
    figures.average_precision[at] = average_precision(curve);
    figures.best_threshold[at] = best_threshold(curve);
  }
  figures.mean_average_precision = mean_of(figures.average_precision);
  figures.mean_iou_interval = interval_of(record, &Confusion::mean_iou);
  figures.pixel_accuracy_interval = interval_of(record, &Confusion::pixel_accuracy);
  return figures;
}

}  // namespace diolkos::evaluate
