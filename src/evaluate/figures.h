// The figures that follow from an evaluation's counts.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "evaluate/eval_record.h"
#include "measure/bootstrap.h"
#include "segmentation/confusion.h"

namespace diolkos::evaluate {

struct Figures {
  explicit Figures(segmentation::Confusion sum) : confusion(std::move(sum)) {}

  segmentation::Confusion confusion;
  std::vector<std::optional<double>> boundary_iou;       // by class
  double mean_boundary_iou = 0;                          // over the classes that have one
  std::vector<std::optional<double>> average_precision;  // by class; nullopt where there is no curve or no pixel
  std::optional<double> mean_average_precision;          // over the classes that have one
  std::vector<std::optional<BestThreshold>> best_threshold;
  // 95 %: how much the figures would move with other images of the same kind.
  measure::Interval mean_iou_interval, pixel_accuracy_interval;
};

Figures figures_of(const EvalRecord& record);

}  // namespace diolkos::evaluate
