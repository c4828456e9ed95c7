#include <algorithm>

#include <fmt/format.h>

#include "evaluate/figures.h"

namespace diolkos::evaluate {
namespace {

std::string percent(const std::optional<double>& value) { return value ? fmt::format("{:.2f}", 100 * *value) : "-"; }

std::string figure_line(std::string_view name, double value, const measure::Interval* interval = nullptr) {
  std::string line = fmt::format("  {:<16}{:>8.2f} %", name, 100 * value);
  if (interval != nullptr)
    line += fmt::format("   95 % of draws of images: {:.2f} to {:.2f}", 100 * interval->low, 100 * interval->high);
  return line + "\n";
}

std::string class_table(const EvalRecord& record, const Figures& figures) {
  std::size_t width = 5;
  for (const std::string& name : record.classes) width = std::max(width, name.size());
  std::string text = fmt::format("\n  {:<{}}{:>9}{:>10}{:>10}{:>9}{:>12}\n", "class", width, "IoU", "accuracy",
                                 "boundary", "AP", "best at");
  for (int index = 0; index < record.class_count(); ++index) {
    const auto at = static_cast<std::size_t>(index);
    const std::optional<double> iou = figures.confusion.iou(index);
    if (!iou) continue;
    const auto& best = figures.best_threshold[at];
    text += fmt::format("  {:<{}}{:>9}{:>10}{:>10}{:>9}{:>12}\n", record.classes[at], width, percent(iou),
                        percent(figures.confusion.accuracy(index)), percent(figures.boundary_iou[at]),
                        percent(figures.average_precision[at]), best ? fmt::format("p>={:.3f}", best->threshold) : "-");
  }
  return text;
}

}  // namespace

std::string protocol_text(const EvalRecord& record) {
  const Protocol& protocol = record.protocol;
  std::string text = fmt::format(" protocol: {} of {} images of {} with masks of {} ({})", record.images.size(),
                                 protocol.count, protocol.images, protocol.masks, protocol.mask_format);
  if (protocol.images_without_mask > 0)
    text += fmt::format(", {} images without a mask left out", protocol.images_without_mask);
  if (protocol.masks_without_image > 0)
    text += fmt::format(", {} masks without an image left out", protocol.masks_without_image);
  text += fmt::format(
      ";\n  {} to {}, normalised {}; resized bilinearly with half-pixel centres, no antialiasing, scores back to the\n"
      "  image's size; decided by {}; void 255 left out; counts summed over all images\n",
      protocol.fit, protocol.input, protocol.normalization, protocol.decision);
  return text;
}

std::string to_text(const EvalRecord& record) {
  const Figures figures = figures_of(record);
  std::string text = fmt::format("{}  {} {} {}, {} thread{}\n", record.model.name, record.runtime, record.precision,
                                 record.isa, record.threads, record.threads == 1 ? "" : "s");
  text += figure_line("mIoU", figures.confusion.mean_iou(), &figures.mean_iou_interval);
  text += figure_line("pixel accuracy", figures.confusion.pixel_accuracy(), &figures.pixel_accuracy_interval);
  text += figure_line("mean accuracy", figures.confusion.mean_accuracy());
  text += figure_line("boundary IoU", figures.mean_boundary_iou);
  if (figures.mean_average_precision) text += figure_line("mAP", *figures.mean_average_precision);
  text += class_table(record, figures);
  text += "\n " + protocol_text(record);
  const double seconds = record.elapsed_ms / 1000;
  if (seconds > 0 && record.threads > 0)
    text += fmt::format("  {:.1f} s, {:.2f} images a second, {:.0f} % of {} thread{}\n", seconds,
                        static_cast<double>(record.images.size()) / seconds,
                        100 * record.processor_ms / record.elapsed_ms / record.threads, record.threads,
                        record.threads == 1 ? "" : "s");
  return text;
}

}  // namespace diolkos::evaluate
