#include "calibration_frames.h"

#include <algorithm>
#include <memory>

#include "video/source.h"

namespace diolkos::cli {
namespace {

class FrameSamples {
 public:
  FrameSamples(std::unique_ptr<video::Source> source, segmentation::Preprocessor preprocessor, Tensor input,
               std::int64_t most)
      : source_(std::move(source)), preprocessor_(std::move(preprocessor)), input_(std::move(input)), most_(most) {}

  // How many of the source's frames there are to one that is taken.
  double step() const {
    const auto frames = source_->info().frames;
    return frames && *frames > most_ ? static_cast<double>(*frames) / static_cast<double>(most_) : 1.0;
  }
  std::int64_t count() const { return source_->info().frames ? std::min(*source_->info().frames, most_) : most_; }

  Result<std::optional<std::vector<Tensor>>> next() {
    if (taken_ == most_) return std::nullopt;
    const auto wanted = static_cast<std::int64_t>(static_cast<double>(taken_) * step());
    do {
      TRY_ASSIGN(const bool more, source_->next(frame_));
      if (!more) return std::nullopt;
    } while (seen_++ < wanted);
    ++taken_;
    TRY(preprocessor_.run(frame_.image.view(), input_));
    return std::vector<Tensor>{input_};
  }

 private:
  std::unique_ptr<video::Source> source_;
  segmentation::Preprocessor preprocessor_;
  video::Frame frame_;
  Tensor input_;
  std::int64_t most_;
  std::int64_t taken_ = 0;
  std::int64_t seen_ = 0;
};

}  // namespace

Result<CalibrationData> frames_as_samples(const std::string& path, std::int64_t most, const graph::TensorType& input,
                                          const segmentation::PreprocessOptions& options) {
  TRY_ASSIGN(auto source, video::open_source(path));
  TRY_ASSIGN(auto preprocessor, segmentation::Preprocessor::create(input.dtype, input.shape, options));
  TRY_ASSIGN(Tensor tensor, Tensor::zeros(input.dtype, input.shape));
  auto samples = std::make_shared<FrameSamples>(std::move(source), std::move(preprocessor), std::move(tensor), most);
  return CalibrationData{[samples] { return samples->next(); }, samples->count()};
}

}  // namespace diolkos::cli
