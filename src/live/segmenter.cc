#include "live/segmenter.h"

#include "measure/clock.h"

namespace diolkos::live {

using pipeline::Stage;
using segmentation::Postprocessor;
using segmentation::Preprocessor;

segmentation::PostprocessOptions to_postprocess(const Settings& settings, bool raw) {
  return {settings.class_index, settings.threshold, raw};
}

Result<std::unique_ptr<Segmenter>> Segmenter::create(pipeline::Network& network,
                                                     const segmentation::PreprocessOptions& preprocess,
                                                     const Settings& settings, bool raw) {
  const runtime::Port &input = network.input(), &output = network.output();
  TRY_ASSIGN(auto before, Preprocessor::create(input.dtype, input.shape, preprocess));
  TRY_ASSIGN(auto after, Postprocessor::create(output.dtype, output.shape, to_postprocess(settings, raw)));
  std::unique_ptr<Segmenter> segmenter(new Segmenter(network, std::move(before), std::move(after), settings, raw));
  for (std::size_t i = 0; i < kTensors; ++i) {
    TRY_ASSIGN(segmenter->inputs_[i], Tensor::zeros(input.dtype, input.shape));
    TRY_ASSIGN(segmenter->outputs_[i], Tensor::zeros(output.dtype, output.shape));
    segmenter->free_inputs_.add(&segmenter->inputs_[i]);
    segmenter->free_outputs_.add(&segmenter->outputs_[i]);
  }
  return segmenter;
}

Segmenter::Segmenter(pipeline::Network& network, Preprocessor preprocessor, Postprocessor postprocessor,
                     const Settings& settings, bool raw)
    : network_(network),
      preprocessor_(std::move(preprocessor)),
      postprocessor_(std::move(postprocessor)),
      settings_(settings),
      raw_(raw) {}

Status Segmenter::preprocess(Frame& frame) {
  frame.input = free_inputs_.take();
  if (frame.input == nullptr) return failure(ErrorCode::internal, "stopped");
  const measure::Stopwatch watch;
  TRY_ASSIGN(frame.geometry, preprocessor_.run(frame.captured.image.view(), *frame.input));
  frame.times[Stage::preprocess] = watch.milliseconds();
  return {};
}

Status Segmenter::infer(Frame& frame) {
  frame.output = free_outputs_.take();
  if (frame.output == nullptr) return failure(ErrorCode::internal, "stopped");
  const measure::Stopwatch watch;
  TRY(network_.run(*frame.input, *frame.output));
  frame.times[Stage::inference] = watch.milliseconds();
  free_inputs_.add(std::exchange(frame.input, nullptr));
  return {};
}

Status Segmenter::postprocess(Frame& frame, const Settings& settings) {
  TRY(follow(settings));
  frame.settings = settings;
  TRY(postprocessor_.run(*frame.output, frame.geometry, frame.segmentation));
  free_outputs_.add(std::exchange(frame.output, nullptr));
  return {};
}

Status Segmenter::follow(const Settings& settings) {
  if (settings.class_index == settings_.class_index && settings.threshold == settings_.threshold) return {};
  const runtime::Port& output = network_.output();
  TRY_ASSIGN(postprocessor_, Postprocessor::create(output.dtype, output.shape, to_postprocess(settings, raw_)));
  settings_ = settings;
  return {};
}

void Segmenter::give_back(Frame& frame) {
  if (frame.input != nullptr) free_inputs_.add(std::exchange(frame.input, nullptr));
  if (frame.output != nullptr) free_outputs_.add(std::exchange(frame.output, nullptr));
}

void Segmenter::close() {
  free_inputs_.close();
  free_outputs_.close();
}

}  // namespace diolkos::live
