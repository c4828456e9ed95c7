// What the stages between capture and drawing do to a frame: by one network, or by two and where they differ.
#pragma once

#include <memory>
#include <optional>

#include "live/segmenter.h"
#include "segmentation/smoother.h"

namespace diolkos::live {

// Of several streams, that is how many frames are computed at once.
struct Networks {
  Candidate first;
  // Sees every frame right after the first, so that neither takes the other's cores. Of as many streams.
  std::optional<Candidate> versus;
  bool raw = false;                 // thresholds are of raw scores
};

class FrameStages {
 public:
  // Errors as Segmenter's.
  static Result<std::unique_ptr<FrameStages>> create(const Networks& networks, const Settings& start, bool smooth);

  // Each is for a thread of its own, inference for one a stream; each takes its time into the frame's.
  Status preprocess(Frame& frame);
  Status infer(Frame& frame, std::size_t stream);
  Status postprocess(Frame& frame, const Settings& settings);

  void give_back(Frame& frame);  // of a frame that goes no further
  void close();                  // whoever waits for a tensor fails

 private:
  FrameStages(std::unique_ptr<Segmenter> first, std::unique_ptr<Segmenter> versus, bool smooth)
      : first_(std::move(first)), versus_(std::move(versus)), smooth_(smooth) {}
  Status postprocess_versus(Frame& frame, const Settings& settings);

  std::unique_ptr<Segmenter> first_, versus_;
  const bool smooth_;
  segmentation::Smoother smoother_, versus_smoother_;
  Heat heat_;
};

}  // namespace diolkos::live
