// Where the time of a frame goes, stage by stage, one after the other.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace diolkos::measure {

// copy_in and copy_out: between float32 NCHW and the runtime's own form, where that is another.
enum class BenchStage { decode, preprocess, copy_in, inference, copy_out, postprocess, draw };
inline constexpr std::array<std::string_view, 7> kBenchStageNames = {"decode",   "preprocess",  "copy_in", "inference",
                                                                     "copy_out", "postprocess", "draw"};

struct BenchStages {
  std::string input;                                                 // the picture or video
  std::vector<std::array<double, kBenchStageNames.size()>> frames_ms;  // empty where stages were not measured

  std::vector<double> samples(BenchStage stage) const;
  std::vector<double> whole() const;  // the sum of the stages, frame by frame
};

std::string to_text(const BenchStages& stages);

}  // namespace diolkos::measure
