// What a run did, and how long each part took.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/stage.h"
#include "segmentation/classes.h"
#include "segmentation/geometry.h"
#include "segmentation/share.h"

namespace diolkos::pipeline {

struct FrameRecord {
  std::string name;
  StageTimes times;
  std::vector<std::pair<std::uint8_t, float>> shares;  // of the classes but 0 that are there; with a mask of its class
};

struct RunReport {
  std::vector<FrameRecord> frames;
  segmentation::Size frame_size;  // of the last
  double elapsed_ms = 0;          // from the first frame's start to the last one's end
  bool stopped = false;           // by request, before the source's end
};

struct ClassSummary {
  int index = 0;
  std::int64_t frames = 0;  // in which the class is found, be it one pixel
  double mean_share = 0;    // of the pixels of all frames
};

// Classes that are found in any frame, the largest share first.
std::vector<ClassSummary> summarize_classes(const RunReport& report);

std::vector<double> stage_samples(const RunReport& report, Stage stage);
std::vector<double> whole_samples(const RunReport& report);  // the sum of the stages, frame by frame
double frames_per_second(const RunReport& report);           // 0 for none

// What a report does not know by itself.
struct RunContext {
  std::string model, input, output, output_description;
  std::string runtime = "native";
  std::string precision = "fp32";
  int threads = 0;
  int streams = 1;  // frames computed at once, the threads divided among them
  segmentation::ClassNames classes;
  std::optional<int> class_index;  // as asked for
  double threshold = 0;
  bool raw = false;
  std::string fit, normalization, drawing;
};

// A table of the stages and what was found, for people.
std::string to_text(const RunReport& report, const RunContext& context);
// "diolkos.run/1" (docs/segmentation.md).
std::string to_json(const RunReport& report, const RunContext& context);

}  // namespace diolkos::pipeline
