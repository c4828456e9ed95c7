#include "pipeline/stages.h"

#include "measure/clock.h"

namespace diolkos::pipeline {

using segmentation::Drawing;

Result<Stages> Stages::create(Network& network, const StageOptions& options) {
  const runtime::Port& input = network.input();
  const runtime::Port& output = network.output();
  TRY_ASSIGN(auto preprocessor, segmentation::Preprocessor::create(input.dtype, input.shape, options.preprocess));
  TRY_ASSIGN(auto postprocessor, segmentation::Postprocessor::create(output.dtype, output.shape, options.postprocess));
  return Stages(network, options, std::move(preprocessor), std::move(postprocessor));
}

Stages::Stages(Network& network, const StageOptions& options, segmentation::Preprocessor preprocessor,
               segmentation::Postprocessor postprocessor)
    : network_(&network),
      options_(options),
      preprocessor_(std::move(preprocessor)),
      postprocessor_(std::move(postprocessor)) {}

Result<Work> Stages::make_work() const {
  Work work;
  TRY_ASSIGN(work.input, Tensor::zeros(network_->input().dtype, network_->input().shape));
  TRY_ASSIGN(work.output, Tensor::zeros(network_->output().dtype, network_->output().shape));
  return work;
}

Status Stages::preprocess(Work& work) {
  const measure::Stopwatch watch;
  TRY_ASSIGN(work.geometry, preprocessor_.run(work.frame.image.view(), work.input));
  work.times[Stage::preprocess] = watch.milliseconds();
  return {};
}

Status Stages::infer(Work& work) {
  const measure::Stopwatch watch;
  TRY(network_->run(work.input, work.output));
  work.times[Stage::inference] = watch.milliseconds();
  return {};
}

Status Stages::postprocess(Work& work) {
  const measure::Stopwatch watch;
  TRY(postprocessor_.run(work.output, work.geometry, work.segmentation));
  work.shares = segmentation::shares_of(work.segmentation);
  work.times[Stage::postprocess] = watch.milliseconds();
  return {};
}

void Stages::draw(Work& work) {
  const measure::Stopwatch watch;
  switch (options_.drawing) {
    case Drawing::overlay:
      segmentation::draw_overlay(work.segmentation, options_.palette, options_.alpha, work.frame.image);
      break;
    case Drawing::mask: segmentation::draw_mask(work.segmentation, work.picture); break;
    case Drawing::labels: segmentation::draw_labels(work.segmentation, work.picture); break;
  }
  work.times[Stage::draw] = watch.milliseconds();
}

const segmentation::Image& Stages::picture(const Work& work) const {
  return options_.drawing == Drawing::overlay ? work.frame.image : work.picture;
}

}  // namespace diolkos::pipeline
