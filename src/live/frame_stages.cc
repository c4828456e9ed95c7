#include "live/frame_stages.h"

#include "measure/clock.h"

namespace diolkos::live {

using pipeline::Stage;

Result<std::unique_ptr<FrameStages>> FrameStages::create(const Networks& networks, const Settings& start, bool smooth) {
  TRY_ASSIGN(auto first, Segmenter::create(networks.first, start, networks.raw));
  std::unique_ptr<Segmenter> versus;
  if (networks.versus) {
    TRY_ASSIGN(versus, Segmenter::create(*networks.versus, start, networks.raw));
  }
  return std::unique_ptr<FrameStages>(new FrameStages(std::move(first), std::move(versus), smooth));
}

Status FrameStages::preprocess(Frame& frame) {
  const measure::Stopwatch watch;
  TRY(first_->preprocess(frame.captured.image, frame.passage));
  if (versus_) TRY(versus_->preprocess(frame.captured.image, frame.versus.passage));
  frame.times[Stage::preprocess] = watch.milliseconds();
  return {};
}

Status FrameStages::infer(Frame& frame, std::size_t stream) {
  const measure::Stopwatch watch;
  TRY(first_->infer(frame.passage, stream));
  frame.times[Stage::inference] = watch.milliseconds();
  if (!versus_) return {};
  TRY(versus_->infer(frame.versus.passage, stream));
  frame.versus.ms = watch.milliseconds() - frame.times[Stage::inference];
  return {};
}

Status FrameStages::postprocess(Frame& frame, const Settings& settings) {
  const measure::Stopwatch watch;
  frame.settings = settings;
  TRY(first_->postprocess(frame.passage, settings, frame.segmentation));
  if (smooth_) smoother_.run(frame.segmentation);
  if (versus_) TRY(postprocess_versus(frame, settings));
  frame.shares = segmentation::shares_of(frame.segmentation);
  frame.times[Stage::postprocess] = watch.milliseconds();
  return {};
}

Status FrameStages::postprocess_versus(Frame& frame, const Settings& settings) {
  Versus& versus = frame.versus;
  TRY(versus_->postprocess(versus.passage, settings, versus.segmentation));
  if (smooth_) versus_smoother_.run(versus.segmentation);
  versus.agreement = agreement_of(frame.segmentation.map, versus.segmentation.map);
  heat_.run(frame.segmentation.map, versus.segmentation.map);
  versus.heat = heat_.map();
  return {};
}

void FrameStages::give_back(Frame& frame) {
  first_->give_back(frame.passage);
  if (versus_) versus_->give_back(frame.versus.passage);
}

void FrameStages::close() {
  first_->close();
  if (versus_) versus_->close();
}

}  // namespace diolkos::live
