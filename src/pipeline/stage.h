// What happens to a frame, in this order.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace diolkos::pipeline {

enum class Stage { decode, preprocess, inference, postprocess, draw, encode };

inline constexpr std::array<std::string_view, 6> kStageNames = {"decode",      "preprocess", "inference",
                                                                "postprocess", "draw",       "encode"};

// Milliseconds of one frame, by stage.
struct StageTimes {
  std::array<double, kStageNames.size()> ms{};

  double& operator[](Stage stage) { return ms[static_cast<std::size_t>(stage)]; }
  double operator[](Stage stage) const { return ms[static_cast<std::size_t>(stage)]; }
  double whole() const {
    double sum = 0;
    for (const double stage : ms) sum += stage;
    return sum;
  }
};

}  // namespace diolkos::pipeline
