#include "live/segmenter.h"

#include <utility>

namespace diolkos::live {
namespace {

// Beside one in each of the network's streams: one waiting, and one in the stage before or after.
constexpr std::size_t kTensorsApart = 2;

bool same_masks(const Settings& one, const Settings& other) {
  return one.class_index == other.class_index && one.threshold == other.threshold;
}

}  // namespace

using segmentation::PostprocessOptions;
using segmentation::Postprocessor;
using segmentation::Preprocessor;

Result<std::unique_ptr<Segmenter>> Segmenter::create(const Candidate& candidate, const Settings& start, bool raw) {
  const runtime::Port &input = candidate.streams.front()->input(), &output = candidate.streams.front()->output();
  TRY_ASSIGN(auto before, Preprocessor::create(input.dtype, input.shape, candidate.preprocess));
  TRY_ASSIGN(auto after, Postprocessor::create(output.dtype, output.shape, candidate.postprocess));
  std::unique_ptr<Segmenter> segmenter(new Segmenter(candidate, std::move(before), std::move(after), start, raw));
  for (std::size_t i = 0; i < segmenter->inputs_.size(); ++i) {
    TRY_ASSIGN(segmenter->inputs_[i], Tensor::zeros(input.dtype, input.shape));
    TRY_ASSIGN(segmenter->outputs_[i], Tensor::zeros(output.dtype, output.shape));
    segmenter->free_inputs_.add(&segmenter->inputs_[i]);
    segmenter->free_outputs_.add(&segmenter->outputs_[i]);
  }
  return segmenter;
}

Segmenter::Segmenter(const Candidate& candidate, Preprocessor preprocessor, Postprocessor postprocessor,
                     const Settings& start, bool raw)
    : candidate_(candidate),
      preprocessor_(std::move(preprocessor)),
      postprocessor_(std::move(postprocessor)),
      start_(start),
      settings_(start),
      raw_(raw),
      inputs_(candidate.streams.size() + kTensorsApart),
      outputs_(inputs_.size()) {}

Status Segmenter::preprocess(const segmentation::Image& image, Passage& passage) {
  passage.input = free_inputs_.take();
  if (passage.input == nullptr) return failure(ErrorCode::internal, "stopped");
  TRY_ASSIGN(passage.geometry, preprocessor_.run(image.view(), *passage.input));
  return {};
}

Status Segmenter::infer(Passage& passage, std::size_t stream) {
  passage.output = free_outputs_.take();
  if (passage.output == nullptr) return failure(ErrorCode::internal, "stopped");
  TRY(candidate_.streams[stream]->run(*passage.input, *passage.output));
  free_inputs_.add(std::exchange(passage.input, nullptr));
  return {};
}

Status Segmenter::postprocess(Passage& passage, const Settings& settings, segmentation::Segmentation& segmentation) {
  TRY(follow(settings));
  TRY(postprocessor_.run(*passage.output, passage.geometry, segmentation));
  free_outputs_.add(std::exchange(passage.output, nullptr));
  return {};
}

Status Segmenter::follow(const Settings& settings) {
  if (same_masks(settings, settings_)) return {};
  PostprocessOptions options = candidate_.postprocess;
  if (!same_masks(settings, start_)) {
    options.class_index = settings.class_index;
    options.threshold = settings.threshold;
    options.raw = raw_;
  }
  const runtime::Port& output = candidate_.streams.front()->output();
  TRY_ASSIGN(postprocessor_, Postprocessor::create(output.dtype, output.shape, options));
  settings_ = settings;
  return {};
}

void Segmenter::give_back(Passage& passage) {
  if (passage.input != nullptr) free_inputs_.add(std::exchange(passage.input, nullptr));
  if (passage.output != nullptr) free_outputs_.add(std::exchange(passage.output, nullptr));
}

void Segmenter::close() {
  free_inputs_.close();
  free_outputs_.close();
}

}  // namespace diolkos::live
